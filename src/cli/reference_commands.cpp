#include "cli/commands.hpp"

#include <iostream>

#include <lfreval/proportionality/policy.hpp>
#include <lfreval/report/guards.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/study/design.hpp>
#include <lfreval/study/keys.hpp>
#include <lfreval/study/tables.hpp>
#include <lfreval/types/metric.hpp>

#include "report/wrap.hpp"

namespace lfreval::cli {

namespace {

std::string kinds_of(metric_id metric) {
  std::string out;
  for (const source_kind kind : {source_kind::operational, source_kind::seeded, source_kind::scores, source_kind::published})
    if (supports(kind, metric)) out += (out.empty() ? "" : ", ") + std::string(to_string(kind));
  return out;
}

void print_metrics() {
  std::cout << "# Metrics\n\nWritten by `lfreval reference metrics` from the table in `types/metric.hpp`. A rate exists only if it has a row here.\n";
  for (const metric_units& row : metric_units_table) {
    const metric_description& m = describe(row.id);
    std::cout << "\n## `" << m.key << "`\n\n" << m.meaning << "\n\n- " << m.name << " = " << m.formula << "\n- supported by: " << kinds_of(row.id)
              << " records\n- undefined when: " << m.undefined_when << "\n- cannot show: " << m.cannot_show << "\n- cites: " << m.cites << "\n";
  }
}

std::string bar_free(std::string_view text) {
  std::string out;
  for (const char c : text) { if (c == '|') out += '\\'; out += c; }
  return out;
}

std::string needs_words(const indicator& one) { return one.needs.empty() ? "the records" : std::string(one.needs); }

void print_policy_language() {
  std::cout << "## Keys\n\nWritten by `lfreval reference policy` from the program's own tables. In a path, `[]` is an array of tables.\n\n"
               "| key | type | allowed | meaning |\n|---|---|---|---|\n";
  for (const study_key& key : policy_keys())
    std::cout << "| `" << bar_free(key.path) << "`" << (key.required ? " (required)" : "") << " | " << to_string(key.type) << " | " << bar_free(key.allowed) << " | " << bar_free(key.meaning) << " |\n";
  std::cout << "\n## What a criterion may read\n\nRates can be held against a line on the side given; where none is given no line is. Checks are evidence; everything else is laid out.\n\n"
               "| name | kind | limb | line | unit | axes | made from |\n|---|---|---|---|---|---|---|\n";
  for (const indicator& one : indicators()) {
    std::string axes, line, unit_words(one.unit);
    for (const indicator_axis& axis : one.axes) axes += (axes.empty() ? "" : "; ") + std::string(axis.name) + (axis.values.empty() ? "" : ": " + bar_free(axis.values));
    if (one.metric) {
      const limit_direction side = describe(*one.metric).direction;
      line = side == limit_direction::at_most ? "at most" : side == limit_direction::at_least ? "at least" : "";
      const auto printed = [](unit u) { return u == unit::seconds ? std::string("hours") : is_time(u) ? std::string("officer-hours") : std::string(to_string(u)); };
      unit_words = "`" + printed(units_of(*one.metric).events) + " / " + printed(units_of(*one.metric).exposure) + "`";
    }
    std::cout << "| `" << one.key << "` | " << to_string(one.kind) << " | " << to_string(one.bears_on) << " | " << line << " | " << unit_words << " | " << axes << " | " << needs_words(one) << " |\n";
  }
}

void print_keys(std::span<const study_key> keys) {
  std::cout << "| key | type | default | allowed | meaning |\n|---|---|---|---|---|\n";
  for (const study_key& key : keys)
    std::cout << "| `" << bar_free(key.path) << "`" << (key.required ? " (required)" : "") << " | " << to_string(key.type) << " | " << bar_free(key.standard) << " | "
              << bar_free(key.allowed) << " | " << bar_free(key.meaning) << " |\n";
}

void print_design_language() {
  std::cout << "# The design file\n\nRead by `lfreval plan`. Written by `lfreval reference design` from the table of keys. In a path, `[]` is an array of tables and `*` any name.\n\n";
  print_keys(design_keys());
}

void print_study_language() {
  std::cout << "# The study file\n\nWritten by `lfreval reference study` from the tables of keys and columns. In a path, `[]` is an array of tables and `*` any name.\n\n";
  print_keys(study_keys());
  std::string_view table;
  for (const table_column& column : table_columns()) {
    if (column.table != table) {
      table = column.table;
      std::cout << "\n## Table `" << table << "`\n\n| column | allowed | meaning |\n|---|---|---|\n";
    }
    std::cout << "| `" << column.name << "`" << (column.required ? " (required)" : "") << " | " << bar_free(column.allowed) << " | " << bar_free(column.meaning) << " |\n";
  }
}

void print_guards() {
  std::cout << "# Guards\n\nWritten by `lfreval reference guards`. Each row is a mistake that figures published about live facial recognition have made,\n"
               "what happens here instead, how strong that is, and where it lives. A test is named after each.\n\n"
               "| guard | mistake | instead | strength | lives in |\n|---|---|---|---|---|\n";
  for (const guard& one : guards())
    std::cout << "| " << one.id << " | " << one.mistake << " | " << one.instead << " | " << to_string(one.strength) << " | [`" << one.lives_in << "`](../" << one.lives_in << ") |\n";
}

} // namespace

int explain(const std::string& key) {
  if (key.empty()) {
    std::cout << "Metrics (lfreval explain METRIC for one):\n";
    for (const metric_units& row : metric_units_table) std::cout << "  " << describe(row.id).key << "\n      " << describe(row.id).meaning << "\n";
    return done;
  }
  if (key == "accuracy" || key == "error_rate" || key == "accuracy_rate") {
    std::cerr << "lfreval: there is no \"" << key << "\" on an open-set log (M03): a system that never alerts scores 99.97 % when 120 of 383,356 passers were\n"
                 "listed. Ask for true_positive_identification_rate and false_positive_identification_rate, or false_alerts_per_face\n"
                 "beside false_discovery_proportion.\n";
    return wrong_usage;
  }
  const auto metric = metric_from_key(key);
  if (!metric) {
    std::vector<std::string> all;
    for (const metric_units& row : metric_units_table) all.emplace_back(describe(row.id).key);
    const std::string near = nearest(key, all);
    std::cerr << "lfreval: no metric \"" << key << "\"; " << (near.empty() ? "`lfreval explain` lists them" : "did you mean " + near + "?") << "\n";
    return wrong_usage;
  }
  const metric_description& m = describe(*metric);
  std::cout << m.name << " (" << m.key << ")\n\n" << paragraph(m.meaning, 2) << "\n";
  const auto line = [](const char* label, std::string_view text) { std::cout << wrapped(text, 19, "  " + padded(label, 17)); };
  line("Formula", m.formula);
  line("Records", kinds_of(*metric));
  line("Undefined when", m.undefined_when);
  line("Cannot show", m.cannot_show);
  line("Cites", m.cites);
  return done;
}

int print_reference(const std::string& what) {
  if (what == "metrics") print_metrics();
  else if (what == "study") print_study_language();
  else if (what == "design") print_design_language();
  else if (what == "guards") print_guards();
  else if (what == "policy") print_policy_language();
  else std::cout << evaluation_schema();
  return done;
}

} // namespace lfreval::cli

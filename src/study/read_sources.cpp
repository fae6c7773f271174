#include "study/study_reader.hpp"

#include <algorithm>
#include <set>

#include <lfreval/study/keys.hpp>
#include <lfreval/study/tables.hpp>

namespace lfreval {

namespace {

column_mapping as_mapping(const toml::node& node) {
  column_mapping out;
  out.at = position_of(node);
  if (const auto header = node.value<std::string>()) { out.column = *header; return out; }
  if (!node.is_table()) return out;
  const toml::table& table = *node.as_table();
  out.column = table["column"].value_or(std::string());
  if (const auto constant = table["const"].value<std::string>()) out.constant = *constant;
  out.unit = table["unit"].value_or(std::string());
  out.format = table["format"].value_or(std::string());
  out.split = table["split"].value_or(std::string());
  out.yes = texts(table["yes"]);
  out.no = texts(table["no"]);
  if (const auto cv = table["cv"].value<double>()) out.coefficient_of_variation = *cv;
  out.quality = table["quality"].value_or(std::string());
  return out;
}

struct source_reader : study_reader {
  void read_columns(const toml::table& table, study_source& out) {
    for (const auto& [name, node] : table) {
      const std::string column(name.str());
      if (find_column(out.table, column) == nullptr && !takes_groups(out.table)) {
        std::vector<std::string> candidates;
        for (const table_column& known : table_columns())
          if (known.table == out.table) candidates.emplace_back(known.name);
        const std::string near = nearest(column, candidates);
        errors.push_back(study_error(file, name.source(), error_code::unknown_key, "source.columns", column,
                                     (near.empty() ? "" : "did you mean " + near + "? ") + "a column of the table " + out.table + ": see docs/study.md"));
        continue;
      }
      if (!node.is_string() && !node.is_table()) continue;
      column_mapping mapping = as_mapping(node);
      if (!mapping.unit.empty() && find_column(out.table, column) != nullptr) {
        const column_type type = find_column(out.table, column)->type;
        const bool time = mapping.unit == "seconds" || mapping.unit == "minutes" || mapping.unit == "hours";
        if ((type == column_type::duration) != time || (type != column_type::duration && type != column_type::rate))
          add(node, error_code::not_allowed, "source.columns." + column + ".unit", mapping.unit,
              type == column_type::duration ? "seconds, minutes or hours" : type == column_type::rate ? "percent or fraction" : "no unit: the column has its own");
      }
      if (mapping.column.empty() && !mapping.constant && mapping.coefficient_of_variation == std::nullopt && mapping.quality.empty() && mapping.yes.empty())
        add(node, error_code::missing_key, "source.columns." + column, "", "column or const");
      if (!mapping.column.empty() && mapping.constant)
        add(node, error_code::not_allowed, "source.columns." + column, *mapping.constant, "column or const, not both");
      if (mapping.column.empty() && !mapping.constant) mapping.column = column;
      out.columns.emplace(column, std::move(mapping));
    }
  }

  void read_passage_forming(const toml::table& table, study_source& out) {
    const std::string by = table["passages_by"].value_or(std::string("passage"));
    out.passages_by = by == "person" ? passage_forming::person : by == "track" ? passage_forming::track : passage_forming::passage;
    out.passage_gap_seconds = table["passage_gap_seconds"].value_or(0.0);
    const bool by_person = out.passages_by == passage_forming::person;
    for (const char* key : {"passages_by", "passage_gap_seconds"})
      if (out.table != "observations" && table.contains(key))
        add(*table.get(key), error_code::not_allowed, std::string("source.") + key, out.table, "only for a source of table observations");
    if (by_person && !table.contains("passage_gap_seconds"))
      add(table, error_code::missing_key, "source.passage_gap_seconds", "", "how long nothing may be seen of a person within one passage");
    if (!by_person && out.table == "observations" && table.contains("passage_gap_seconds"))
      add(*table.get("passage_gap_seconds"), error_code::not_allowed, "source.passage_gap_seconds", by, "passages_by = \"person\": nothing else ends by time");
  }

  /// A reference is a column and a probe is a row; only a reference is enrolled, and only a probe is acquired.
  void read_sentinel_axis(const toml::table& table, study_source& out) {
    out.sentinel_axis = table["sentinel"]["axis"].value_or(std::string());
    const bool enrol = out.sentinel_means == "failure_to_enrol", acquire = out.sentinel_means == "failure_to_acquire";
    if ((enrol && out.sentinel_axis == "row") || (acquire && out.sentinel_axis == "column"))
      add(*table["sentinel"]["axis"].node(), error_code::not_allowed, "source.sentinel.axis", out.sentinel_axis,
          enrol ? "column or cell: a reference fails to enrol, and references are columns" : "row or cell: a probe fails to be acquired, and probes are rows");
    if (out.sentinel_axis.empty() && (enrol || acquire)) out.sentinel_axis = enrol ? "column" : "row";
  }

  study_source read_source(const toml::table& table) {
    study_source out;
    out.at = position_of(table);
    out.name = table["name"].value_or(std::string());
    const std::string kind = table["kind"].value_or(std::string());
    out.kind = kind == "seeded" ? source_kind::seeded : kind == "scores" ? source_kind::scores : kind == "published" ? source_kind::published : source_kind::operational;
    out.table = table["table"].value_or(std::string());
    out.system = table["system"].value_or(std::string());
    out.label_source = table["label_source"].value_or(std::string());
    out.files = texts(table["files"]);
    if (const auto value = table["sentinel"]["value"].value<double>()) out.sentinel = *value;
    out.sentinel_means = table["sentinel"]["means"].value_or(std::string());
    read_sentinel_axis(table, out);
    if (const auto value = table["recorded_from"].value<double>()) out.recorded_from = *value;
    read_passage_forming(table, out);
    out.format = table["format"].value_or(std::string());
    out.mated = table["mated"].value_or(std::string());
    out.mask = table["mask"].value_or(std::string());
    out.mated_pairs = table["mated_pairs"].value_or(std::string());
    out.probes = table["probes"].value_or(std::string());
    out.references = table["references"].value_or(std::string());
    out.mated_files = texts(table["mated_files"]);
    for (const std::string& one : out.mated_files)
      if (std::find(out.files.begin(), out.files.end(), one) == out.files.end())
        add(*table.get("mated_files"), error_code::not_allowed, "source.mated_files", one, "a path that stands in files too");
    const auto of_table = table_columns();
    const bool known = std::any_of(of_table.begin(), of_table.end(), [&](const table_column& c) { return c.table == out.table; });
    if (const toml::table* columns = table["columns"].as_table(); columns != nullptr && known) read_columns(*columns, out);
    if (const toml::table* status = table["status"].as_table())
      for (const auto& [name, list] : *status) {
        const auto ids = texts(toml::node_view<const toml::node>(list));
        out.status[std::string(name.str())] = {ids.begin(), ids.end()};
      }
    return out;
  }

  void read_register(const toml::table& table, study& out) {
    study_source one;
    one.at = position_of(table);
    one.name = one.table = table["kind"].value_or(std::string());
    one.files = texts(table["files"]);
    if (!is_register(one.table)) return; // told of where it stands
    if (std::any_of(out.registers.begin(), out.registers.end(), [&](const study_source& other) { return other.table == one.table; }))
      add(table, error_code::duplicate_id, "register.kind", one.table, "each register once; it may have several files");
    if (const toml::table* columns = table["columns"].as_table()) read_columns(*columns, one);
    out.registers.push_back(std::move(one));
  }

  void read(const toml::table& root, study& out) {
    std::set<std::string> names;
    if (const toml::array* sources = root["source"].as_array())
      for (const toml::node& entry : *sources) {
        if (!entry.is_table()) continue;
        study_source one = read_source(*entry.as_table());
        if (!names.insert(one.name).second) add(entry, error_code::duplicate_id, "source.name", one.name, "each source name once");
        if (!one.system.empty() && std::none_of(out.systems.begin(), out.systems.end(), [&](const study_system& s) { return s.name == one.system; }))
          add(entry, error_code::not_allowed, "source.system", one.system, "the name of a [system.NAME] of this study");
        out.sources.push_back(std::move(one));
      }
    if (const toml::array* registers = root["register"].as_array())
      for (const toml::node& entry : *registers)
        if (entry.is_table()) read_register(*entry.as_table(), out);
  }
};

} // namespace

void read_sources(const study_reader& to, const toml::table& root, study& out) { source_reader{to}.read(root, out); }

} // namespace lfreval

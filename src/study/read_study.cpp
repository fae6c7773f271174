#include <lfreval/study/study.hpp>

#include <algorithm>
#include <limits>
#include <cmath>
#include <filesystem>
#include <tuple>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/study/keys.hpp>
#include <lfreval/study/tables.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>

#include "study/check.hpp"

namespace lfreval {

namespace {

std::optional<calendar_date> as_date(toml::node_view<const toml::node> node) {
  if (const auto day = node.value<toml::date>())
    return parse_iso_date(to_iso(calendar_date{day->year, day->month, day->day}));
  if (const auto text = node.value<std::string>()) return parse_iso_date(*text);
  return std::nullopt;
}

std::vector<std::string> texts(toml::node_view<const toml::node> node) {
  std::vector<std::string> out;
  if (const toml::array* list = node.as_array())
    for (const toml::node& entry : *list) {
      if (const auto text = entry.value<std::string>(); text && entry.is_string()) out.push_back(*text);
      else if (const auto value = entry.value<double>(); value && std::isfinite(*value)) out.push_back(shortest(*value));
    }
  return out;
}

study_position position_of(const toml::node& node) { return {node.source().begin.line, node.source().begin.column}; }

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

/// Turns a table that passed `check_keys` into a study, and checks what one key says about another.
struct builder {
  const std::string& file;
  std::vector<error>& errors;

  void add(const toml::node& at, error_code code, std::string key, std::string value, std::string allowed) {
    errors.push_back(study_error(file, at.source(), code, std::move(key), std::move(value), std::move(allowed)));
  }

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

  void read_limit(const toml::table& table, study& out) {
    limit one;
    if (!table.contains("metric")) return;
    const std::string key = table["metric"].value_or(std::string());
    const auto metric = metric_from_key(key);
    if (!metric) {
      std::vector<std::string> all;
      for (const metric_units& row : metric_units_table) all.emplace_back(to_string(row.id));
      const std::string near = nearest(key, all);
      add(*table.get("metric"), error_code::not_allowed, "limit.metric", key, (near.empty() ? "" : "did you mean " + near + "? ") + "a metric key: see `lfreval explain`");
      return;
    }
    one.metric = *metric;
    one.source = table["source"].value_or(std::string());
    const bool most = table.contains("at_most"), least = table.contains("at_least");
    if (most == least) {
      add(table, error_code::missing_key, "limit", key, "exactly one of at_most and at_least");
      return;
    }
    one.direction = most ? limit_direction::at_most : limit_direction::at_least;
    const char* side = most ? "at_most" : "at_least";
    const auto events = table[side]["events"].value<std::int64_t>(), exposure = table[side]["exposure"].value<std::int64_t>();
    constexpr auto most_counted = static_cast<std::int64_t>(largest_count);
    // A fraction that is none was told of where it stands.
    if (!events || !exposure || *events < 0 || *exposure < 1 || *events > most_counted || *exposure > most_counted) return;
    one.events = static_cast<std::uint64_t>(*events);
    one.exposure = static_cast<std::uint64_t>(*exposure);
    const toml::node& at = *table.get(side);
    if (describe(one.metric).family == metric_family::share && one.events > one.exposure)
      add(at, error_code::not_allowed, "limit." + std::string(side), std::to_string(one.events) + " in " + std::to_string(one.exposure), "an exposure of at least 1 and at least the events: " + key + " is a share");
    // Hours are declared, seconds are counted.
    if (one.exposure > largest_count / printed_per(one.metric)) {
      add(at, error_code::not_a_count, "limit." + std::string(side), std::to_string(one.exposure), "hours that make at most 2^52 seconds");
      return;
    }
    one.exposure *= printed_per(one.metric);
    for (const limit& other : out.limits)
      if (other.metric == one.metric && other.direction == one.direction && other.events == one.events && other.exposure == one.exposure)
        add(table, error_code::duplicate_id, "limit.metric", key, "each limit once");
    out.limits.push_back(std::move(one));
  }

  void read_scope(const toml::table& table, study_scope& out) {
    out.from = as_date(table["from"]);
    out.to = as_date(table["to"]);
    if (out.from && out.to && *out.to < *out.from)
      add(*table.get("to"), error_code::not_allowed, "scope.to", to_iso(*out.to), "a day on or after scope.from");
    if (const toml::table* where = table["where"].as_table())
      for (const auto& [name, list] : *where) {
        static const std::vector<std::string> known{"force", "site", "system", "threshold", "use_case"};
        if (std::find(known.begin(), known.end(), name.str()) == known.end()) {
          const std::string near = nearest(name.str(), known);
          errors.push_back(study_error(file, name.source(), error_code::unknown_key, "scope.where", std::string(name.str()),
                                       (near.empty() ? "" : "did you mean " + near + "? ") + "force, site, system, threshold, use_case"));
        }
        for (const std::string& value : texts(toml::node_view<const toml::node>(list))) {
          // 0.6 and "0.60" are one threshold, as they are in the files.
          const auto number = name.str() == "threshold" ? parse_decimal(value) : std::nullopt;
          out.where[std::string(name.str())].insert(number ? shortest(*number) : value);
        }
      }
    if (const toml::array* list = table["exclude"].as_array())
      for (const toml::node& entry : *list)
        if (const toml::table* one = entry.as_table())
          out.exclude.push_back({(*one)["deployment"].value_or(std::string()), (*one)["reason"].value_or(std::string()), position_of(*one)});
  }

  /// Keys that the language has and this version does not act on: they must not look as if they had.
  static void name_unused(const toml::table& root, study& out) {
    const bool of_trial = std::any_of(out.sources.begin(), out.sources.end(), [](const study_source& s) { return holds_passages(s); });
    const bool of_scores = std::any_of(out.sources.begin(), out.sources.end(), [](const study_source& s) { return s.table == "scores"; });
    if (root.contains("watchlist") && !of_trial && !of_scores) out.not_evaluated.push_back("watchlist");
    if (root.contains("thresholds") && !of_trial && !of_scores) out.not_evaluated.push_back("thresholds");
    const bool compares = std::any_of(out.sources.begin(), out.sources.end(), [](const study_source& s) { return holds_passages(s) || s.table == "scores"; });
    if (root.contains("comparison") && !compares) out.not_evaluated.push_back("comparison");
    const bool of_deployments = std::any_of(out.sources.begin(), out.sources.end(), [](const study_source& s) { return s.table == "deployments" || s.table == "alerts"; });
    if (root.contains("decision") && !of_deployments) out.not_evaluated.push_back("decision");
    if (root.contains("privacy")) out.not_evaluated.push_back("privacy");
    if (out.groups.empty())
      for (const char* key : {"equivalence_margin", "equivalence_difference"})
        if (root["study"].as_table() != nullptr && root["study"].as_table()->contains(key)) out.not_evaluated.push_back("study." + std::string(key));
    for (const study_source& source : out.sources)
      for (const char* column : {"start", "end", "list", "cameras", "reason", "source"})
        if (source.table == "deployments" && source.columns.contains(column)) out.not_evaluated.push_back("source." + source.name + ".columns." + column);
  }

  /// Parameters of a distribution that exists: as many as it has, and in order.
  void read_decision_input(const toml::table& table, study_decision& out) {
    study_decision::uncertain_input one;
    one.at = position_of(table);
    one.name = table["name"].value_or(std::string());
    one.quantity = table["quantity"].value_or(std::string());
    one.distribution = table["distribution"].value_or(std::string());
    one.source = table["source"].value_or(std::string());
    if (const toml::array* list = table["parameters"].as_array())
      for (const toml::node& entry : *list)
        if (const auto value = entry.value<double>()) one.parameters.push_back(*value);
    const std::vector<double>& p = one.parameters;
    const bool finite = std::all_of(p.begin(), p.end(), [](double v) { return std::isfinite(v) && v >= 0; });
    const bool share = one.quantity == "attributable_share";
    const bool fits = one.distribution == "beta"         ? p.size() == 2 && p[0] > 0 && p[1] > 0
                      : one.distribution == "gamma"      ? p.size() == 2 && p[0] > 0 && p[1] > 0 && !share
                      : one.distribution == "uniform"    ? p.size() == 2 && p[0] <= p[1] && (!share || p[1] <= 1)
                      : one.distribution == "triangular" ? p.size() == 3 && p[0] <= p[1] && p[1] <= p[2] && (!share || p[2] <= 1)
                                                         : p.size() == 1 && (!share || p[0] <= 1);
    if (!finite || !fits)
      add(table, error_code::not_allowed, "decision.input.parameters", one.distribution,
          "beta: two shapes above 0; gamma: shape and rate above 0, not of a share; uniform: lowest and highest; triangular: lowest, most likely and highest; fixed: one number; of a share at most 1");
    if (std::any_of(out.inputs.begin(), out.inputs.end(), [&](const study_decision::uncertain_input& i) { return i.quantity == one.quantity; }))
      add(table, error_code::duplicate_id, "decision.input.quantity", one.quantity, "each quantity once");
    if (one.quantity.starts_with("alternative_") && out.alternative.empty())
      add(table, error_code::missing_key, "decision.alternative", "", "the name of the tactic that " + one.quantity + " is of");
    out.inputs.push_back(std::move(one));
  }

  void read_decision(const toml::table& table, study& out) {
    study_decision one;
    one.at = position_of(table);
    one.outcome = table["outcome"].value_or(std::string());
    one.harm = table["harm"].value_or(std::string());
    one.alternative = table["alternative"].value_or(std::string());
    if (const toml::table* rates = table["exchange_rates"].as_table()) {
      const auto from = (*rates)["from"].value<double>(), to = (*rates)["to"].value<double>();
      const auto steps = (*rates)["steps"].value<std::int64_t>();
      if (!from || !to || !steps) add(*rates, error_code::missing_key, "decision.exchange_rates", "", "from, to and steps");
      else if (!(*from < *to)) add(*rates, error_code::not_allowed, "decision.exchange_rates", shortest(*from) + " to " + shortest(*to), "from below to");
      else one.exchange_rates = study_decision::exchange_range{*from, *to, static_cast<std::uint64_t>(std::max<std::int64_t>(*steps, 2))};
    }
    if (const toml::array* inputs = table["input"].as_array())
      for (const toml::node& entry : *inputs)
        if (entry.is_table()) read_decision_input(*entry.as_table(), one);
    out.decision = std::move(one);
  }

  void read_comparison(const toml::table& table, study& out) {
    study_comparison one;
    one.where = position_of(table);
    one.systems = texts(table["systems"]);
    const std::set<std::string> distinct(one.systems.begin(), one.systems.end());
    if (one.systems.size() < 2 || distinct.size() != one.systems.size())
      add(table, error_code::not_allowed, "comparison.systems", std::to_string(distinct.size()) + " systems", "two or more different systems");
    for (const std::string& name : distinct) {
      const auto found = std::find_if(out.systems.begin(), out.systems.end(), [&](const study_system& s) { return s.name == name; });
      if (found == out.systems.end()) add(table, error_code::not_allowed, "comparison.systems", name, "the name of a [system.NAME] of this study");
    }
    if (const toml::array* places = table["at"].as_array())
      for (const toml::node& entry : *places) {
        const toml::table* place = entry.as_table();
        if (place == nullptr) continue;
        study_comparison::place here;
        here.false_positive_identification_rate = (*place)["false_positive_identification_rate"].value<double>();
        here.threshold = (*place)["threshold"].value<double>();
        const std::string word = (*place)["threshold"].value_or(std::string());
        here.recommended = word == "recommended";
        here.guaranteed = word == "guaranteed";
        if ((!word.empty() && !here.recommended && !here.guaranteed) || (here.false_positive_identification_rate ? 1 : 0) + (here.threshold ? 1 : 0) + (here.recommended || here.guaranteed ? 1 : 0) != 1)
          add(entry, error_code::not_allowed, "comparison.at", word, "one of false_positive_identification_rate, threshold = a score, threshold = \"recommended\" or \"guaranteed\"");
        else if (here.false_positive_identification_rate && !(*here.false_positive_identification_rate > 0 && *here.false_positive_identification_rate < 1))
          add(entry, error_code::not_allowed, "comparison.at.false_positive_identification_rate", shortest(*here.false_positive_identification_rate), "a share above 0 and below 1");
        else one.at.push_back(here);
        for (const study_system& system : out.systems)
          if (here.recommended && distinct.contains(system.name) && !system.recommended_threshold)
            add(entry, error_code::missing_key, "system." + system.name + ".recommended_threshold", "", "the threshold that the vendor recommends");
      }
    if (one.at.empty()) add(table, error_code::missing_key, "comparison.at", "", "where the systems are compared");
    out.comparisons.push_back(std::move(one));
  }

  /// Shares that leave people out would move what is missing to the groups that are named.
  void read_baseline(const toml::table& table, study& out) {
    study_baseline one;
    one.at = position_of(table);
    one.name = table["name"].value_or(std::string());
    one.of = table["of"].value_or(std::string());
    one.source = table["source"].value_or(std::string());
    if (std::none_of(out.groups.begin(), out.groups.end(), [&](const study_group& g) { return g.name == one.of; }))
      add(table, error_code::not_allowed, "baseline.of", one.of, "the name of a [[group]] of this study");
    if (std::any_of(out.baselines.begin(), out.baselines.end(), [&](const study_baseline& b) { return b.name == one.name && b.of == one.of; }))
      add(table, error_code::duplicate_id, "baseline.name", one.name, "each baseline of an axis once");
    double total = 0;
    if (const toml::table* shares = table["shares"].as_table())
      for (const auto& [label, node] : *shares)
        if (const auto share = node.value<double>()) {
          one.shares.emplace(std::string(label.str()), *share);
          total += *share;
        }
    if (one.shares.size() < 2 || std::abs(total - 1.0) > 1e-6)
      add(table, error_code::not_allowed, "baseline.shares", shortest(total), "shares of two groups or more that add up to 1");
    out.baselines.push_back(std::move(one));
  }

  /// A range from its lowest to its highest value; a point alone is a range without width.
  void read_assumption(const toml::table& table, study& out) {
    study_assumption one;
    one.quantity = table["quantity"].value_or(std::string());
    one.reason = table["reason"].value_or(std::string());
    one.point = table["point"].value<double>();
    const auto low = table["low"].value<double>(), high = table["high"].value<double>();
    if ((low.has_value() != high.has_value()) || (!low && !one.point)) {
      add(table, error_code::missing_key, "assumption.low", one.quantity, "low and high, or a point");
      return;
    }
    one.low = low ? *low : *one.point;
    one.high = high ? *high : *one.point;
    const bool per_face = one.quantity == "passages_per_face";
    if (!std::isfinite(one.low) || !std::isfinite(one.high)) {
      add(table, error_code::not_a_number, "assumption.low", one.quantity, "finite numbers");
      return;
    }
    if (!(one.low <= one.high) || (one.point && (*one.point < one.low || *one.point > one.high)) || (per_face ? one.low <= 0 : one.high > 1)) {
      add(table, error_code::not_allowed, "assumption.low", shortest(one.low) + " to " + shortest(one.high),
          per_face ? "low <= point <= high, above 0" : "low <= point <= high, from 0 to 1");
      return;
    }
    if (std::any_of(out.assumptions.begin(), out.assumptions.end(), [&](const study_assumption& a) { return a.quantity == one.quantity; })) {
      add(table, error_code::duplicate_id, "assumption.quantity", one.quantity, "each quantity once");
      return;
    }
    out.assumptions.push_back(std::move(one));
  }

  /// A threshold that no score can reach, or all do, would make a limit met or broken by itself.
  void check_thresholds(const toml::table& root, const study& out) {
    const auto within = [&](const toml::node* at, const std::string& key, double value, const study_system& s) {
      constexpr double largest = std::numeric_limits<float>::max(); // scores are compared in this precision
      if (at == nullptr || (value >= s.lowest_score && value <= s.highest_score && std::abs(value) <= largest)) return;
      add(*at, error_code::not_allowed, key, shortest(value), "a score from " + shortest(s.lowest_score) + " to " + shortest(s.highest_score) + "; another scale is declared as [system.NAME] score_range");
    };
    for (const study_system& s : out.systems)
      for (const char* key : {"operating_threshold", "recommended_threshold"})
        if (const auto node = root["system"][s.name][key]; const auto value = node.value<double>()) within(node.node(), "system." + s.name + "." + key, *value, s);
    if (out.systems.size() > 1) return; // which of them a shared threshold is of is told where it is used
    const study_system only = out.systems.empty() ? study_system{} : out.systems.front();
    if (const toml::array* report = root["thresholds"]["report"].as_array())
      for (const toml::node& entry : *report)
        if (const auto value = entry.value<double>()) within(&entry, "thresholds.report", *value, only);
  }

  study build(const toml::table& root) {
    study out;
    const auto section = root["study"];
    out.name = section["name"].value_or(std::string());
    out.as_of = as_date(section["as_of"]);
    const double level = section["confidence"].value_or(0.95);
    if (level > 0 && level < 1) out.level = confidence::checked(level);
    out.seed = static_cast<std::uint64_t>(section["seed"].value_or(std::int64_t{0}));
    out.max_refused = static_cast<std::uint64_t>(section["max_refused"].value_or(std::int64_t{0}));
    out.faces_cv_shared = section["faces_cv_shared"].value_or(true);
    if (const auto effect = section["planning_design_effect"].value<double>()) out.planning_design_effect = *effect;
    out.equivalence_margin = section["equivalence_margin"].value<double>();
    out.equivalence_difference = section["equivalence_difference"].value<double>();
    if (const toml::table* scope = root["scope"].as_table()) read_scope(*scope, out.scope);
    if (const toml::table* systems = root["system"].as_table())
      for (const auto& [name, node] : *systems) {
        if (!node.is_table()) continue;
        const toml::table& table = *node.as_table();
        study_system one;
        one.name = std::string(name.str());
        one.vendor = table["vendor"].value_or(std::string());
        one.version = table["version"].value_or(std::string());
        one.is_distance = table["polarity"].value_or(std::string()) == "distance";
        one.operating_threshold = table["operating_threshold"].value<double>();
        one.recommended_threshold = table["recommended_threshold"].value<double>();
        one.shown_candidates = static_cast<std::uint32_t>(table["shown_candidates"].value_or(std::int64_t{1}));
        one.is_float64 = table["precision"].value_or(std::string()) == "float64";
        if (const toml::array* range = table["score_range"].as_array()) {
          const auto low = range->size() == 2 ? range->get(0)->value<double>() : std::nullopt, high = range->size() == 2 ? range->get(1)->value<double>() : std::nullopt;
          if (!low || !high || !(*low < *high))
            add(*range, error_code::not_allowed, "system." + one.name + ".score_range", "", "two numbers, lowest and highest");
          else { one.lowest_score = *low; one.highest_score = *high; }
        }
        out.systems.push_back(std::move(one));
      }
    const auto thresholds = root["thresholds"];
    if (const toml::array* report = thresholds["report"].as_array())
      for (const toml::node& entry : *report)
        if (const auto value = entry.value<double>()) out.report_thresholds.push_back(*value);
    if (const toml::table* grid = thresholds["grid"].as_table()) {
      const auto from = (*grid)["from"].value<double>(), to = (*grid)["to"].value<double>(), step = (*grid)["step"].value<double>();
      if (from && to && step) out.grid = study::threshold_range{*from, *to, *step};
      else add(*grid, error_code::missing_key, "thresholds.grid", "", "from, to and step");
    }
    if (const auto persons = root["watchlist"]["operational_persons"].value<std::int64_t>(); persons && *persons > 0)
      out.operational_persons = static_cast<std::uint64_t>(*persons);
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
    const bool has_scope = out.scope.from || out.scope.to || !out.scope.where.empty() || !out.scope.exclude.empty();
    for (const study_source& one : out.sources)
      if (holds_passages(one) && has_scope)
        errors.push_back(study_error(file, root["scope"].node()->source(), error_code::unsupported, "scope", "", "no scope in a study with passages: this version would count the passages that it leaves out"));
    for (const study_source& one : out.sources)
      if (one.table == "deployments" && one.kind != source_kind::operational)
        errors.push_back(study_error(file, root["source"].node()->source(), error_code::not_allowed, "source.kind", std::string(to_string(one.kind)),
                                     "operational: records of deployments are no trial, whatever happened at them"));
    if (const toml::array* registers = root["register"].as_array())
      for (const toml::node& entry : *registers)
        if (entry.is_table()) read_register(*entry.as_table(), out);
    if (const toml::array* groups = root["group"].as_array())
      for (const toml::node& entry : *groups) {
        if (!entry.is_table()) continue;
        const toml::table& table = *entry.as_table();
        study_group one;
        one.at = position_of(entry);
        one.name = table["name"].value_or(std::string());
        one.table = table["table"].value_or(std::string("persons"));
        one.column = table["column"].value_or(one.name);
        one.label_source = table["label_source"].value_or(std::string());
        one.reference = table["reference"].value_or(std::string());
        one.adjust_for = texts(table["adjust_for"]);
        // The name becomes an axis of findings, beside those that every finding may have.
        static const std::set<std::string> taken{"adjusted_for", "against", "against_everybody_else_on", "at", "camera", "claim", "compared_at", "deployment", "document", "exchange_rate", "failed_comparisons", "for", "harm", "highest_over_lowest_by", "limit", "list_in_use", "method",
                                                 "outcome", "route", "scope", "standard_list", "site", "source", "system", "systems", "tactic", "threshold", "topic", "use_case", "watchlist", "what", "year"};
        if (one.name.empty() || one.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos || taken.contains(one.name))
          add(entry, error_code::not_allowed, "group.name", one.name, "lower-case letters and underscores, and none of the names that findings use themselves; `column` names the header");
        if (std::any_of(out.groups.begin(), out.groups.end(), [&](const study_group& g) { return g.name == one.name; }))
          add(entry, error_code::duplicate_id, "group.name", one.name, "each group axis once");
        out.groups.push_back(std::move(one));
      }
    for (const study_group& group : out.groups)
      for (const std::string& other : group.adjust_for)
        if ((other != "camera" && other != "deployment" && std::none_of(out.groups.begin(), out.groups.end(), [&](const study_group& g) { return g.name == other; })) || other == group.name)
          errors.push_back(study_error(file, root["group"].node()->source(), error_code::not_allowed, "group.adjust_for", other, "camera, deployment or the name of another [[group]]"));
    if (const toml::array* baselines = root["baseline"].as_array())
      for (const toml::node& entry : *baselines)
        if (entry.is_table()) read_baseline(*entry.as_table(), out);
    if (const toml::array* assumptions = root["assumption"].as_array())
      for (const toml::node& entry : *assumptions)
        if (entry.is_table()) read_assumption(*entry.as_table(), out);
    if (const toml::array* comparisons = root["comparison"].as_array())
      for (const toml::node& entry : *comparisons)
        if (entry.is_table()) read_comparison(*entry.as_table(), out);
    out.policies = texts(root["dossier"]["policies"]);
    for (std::size_t i = 0; i < out.policies.size(); ++i)
      if (std::find(out.policies.begin(), out.policies.begin() + static_cast<std::ptrdiff_t>(i), out.policies[i]) != out.policies.begin() + static_cast<std::ptrdiff_t>(i))
        add(*root["dossier"]["policies"].node(), error_code::duplicate_id, "dossier.policies", out.policies[i], "each policy once");
    if (const toml::table* decision = root["decision"].as_table()) read_decision(*decision, out);
    check_thresholds(root, out);
    name_unused(root, out);
    if (const toml::array* limits = root["limit"].as_array())
      for (const toml::node& entry : *limits)
        if (entry.is_table()) read_limit(*entry.as_table(), out);
    return out;
  }
};

} // namespace

std::string study::resolve(const std::string& named) const { return (std::filesystem::path(file).parent_path() / named).string(); }

tl::expected<study, std::vector<error>> parse_study(std::string_view text, const std::string& file) {
  const std::string& name = file;
  std::vector<error> errors;
  if (const auto readable = check_text(text, name); !readable) return tl::unexpected(std::vector{readable.error()});
  else text = *readable;
  auto parsed = parse_toml(text, name);
  if (!parsed) return tl::unexpected(std::vector{parsed.error()});
  const toml::table root = std::move(*parsed);
  check_keys(root, study_keys(), study_schema, name, errors);
  if (std::any_of(errors.begin(), errors.end(), [](const error& e) { return e.code == error_code::newer_schema; })) return tl::unexpected(in_file_order(std::move(errors)));
  for (const char* must : {"study", "source"})
    if (!root.contains(must))
      errors.push_back(study_error(name, root.source(), error_code::missing_key, must, "", must == std::string_view("study") ? "a [study] table with a name" : "at least one [[source]]"));
  std::vector<error> between;
  study out = builder{name, between}.build(root);
  // What one key says about another is told too, except where the key itself is already at fault.
  for (error& why : between)
    if (std::none_of(errors.begin(), errors.end(), [&](const error& told) { return told.line == why.line; })) errors.push_back(std::move(why));
  if (!errors.empty()) return tl::unexpected(in_file_order(std::move(errors)));
  out.file = file;
  out.sha256 = sha256_hex(text);
  return out;
}

tl::expected<study, std::vector<error>> read_study(const std::string& file) {
  auto bytes = read_file(file);
  if (!bytes) return tl::unexpected(std::vector{bytes.error()});
  auto out = parse_study(bytes->bytes, file);
  if (out) out->sha256 = bytes->sha256;
  return out;
}

} // namespace lfreval

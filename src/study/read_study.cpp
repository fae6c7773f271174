#include <lfreval/study/study.hpp>

#include <algorithm>
#include <limits>
#include <cmath>
#include <filesystem>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/study/keys.hpp>
#include <lfreval/study/tables.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>

#include "study/check.hpp"
#include "study/stop_rules_of.hpp"
#include "study/study_reader.hpp"

namespace lfreval {

namespace {

/// Turns a table that passed `check_keys` into a study, and checks what one key says about another.
struct builder : study_reader {
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
    if (root.contains("stop_rule")) out.not_evaluated.push_back("stop_rule (for lfreval monitor)");
    if (out.groups.empty())
      for (const char* key : {"equivalence_margin", "equivalence_difference"})
        if (root["study"].as_table() != nullptr && root["study"].as_table()->contains(key)) out.not_evaluated.push_back("study." + std::string(key));
    for (const study_source& source : out.sources)
      for (const char* column : {"start", "end", "list", "cameras", "reason", "source"})
        if (source.table == "deployments" && source.columns.contains(column)) out.not_evaluated.push_back("source." + source.name + ".columns." + column);
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
    read_sources(*this, root, out);
    const bool has_scope = out.scope.from || out.scope.to || !out.scope.where.empty() || !out.scope.exclude.empty();
    for (const study_source& one : out.sources)
      if (holds_passages(one) && has_scope)
        errors.push_back(study_error(file, root["scope"].node()->source(), error_code::unsupported, "scope", "", "no scope in a study with passages: this version would count the passages that it leaves out"));
    for (const study_source& one : out.sources)
      if (one.table == "deployments" && one.kind != source_kind::operational)
        errors.push_back(study_error(file, root["source"].node()->source(), error_code::not_allowed, "source.kind", std::string(to_string(one.kind)),
                                     "operational: records of deployments are no trial, whatever happened at them"));
    read_groups(*this, root, out);
    read_questions(*this, root, out);
    check_thresholds(root, out);
    name_unused(root, out);
    static_cast<void>(stop_rules_of(root, out, file, errors)); // their mistakes are told now, not when somebody comes to watch
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
  static constexpr required_section sections[] = {{"study", "a [study] table with a name"}, {"source", "at least one [[source]]"}};
  check_sections(root, sections, name, errors);
  std::vector<error> between;
  study out = builder{{name, between}}.build(root);
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

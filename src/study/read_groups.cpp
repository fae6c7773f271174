#include "study/study_reader.hpp"

#include <algorithm>
#include <set>

namespace lfreval {

namespace {

struct group_reader : study_reader {
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

  void read(const toml::table& root, study& out) {
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
        if (!may_name_an_axis(one.name))
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
  }
};

} // namespace

bool may_name_an_axis(std::string_view name) {
  static const std::set<std::string_view> taken{"adjusted_for", "against", "against_everybody_else_on", "at", "camera", "claim", "compared_at", "deployment", "document", "exchange_rate", "failed_comparisons", "for", "harm", "highest_over_lowest_by", "in_every", "limit", "list_in_use", "method",
                                                 "outcome", "route", "scope", "standard_list", "site", "source", "system", "systems", "tactic", "threshold", "topic", "use_case", "watchlist", "what", "year"};
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos && !taken.contains(name);
}

void read_groups(const study_reader& to, const toml::table& root, study& out) { group_reader{to}.read(root, out); }

} // namespace lfreval

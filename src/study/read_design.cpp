#include <lfreval/study/design.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/types/number.hpp>

#include "study/study_reader.hpp"

namespace lfreval {

namespace {

using enum key_type;
constexpr double any_high = std::numeric_limits<double>::max();
constexpr double whole = 4503599627370496.0; // 2^52

constexpr study_key keys[] = {
    {"schema", integer, true, "1", "", 1, whole, "1", "version of the design language"},
    {"design.name", text, true, "", "", 0, 0, "a text", "title of the trial"},
    {"design.confidence", number, false, "0.95", "", 0.5, 1 - 1e-9, "a number from 0.5 to below 1: 0.95, not 95", "confidence of every interval and verdict"},
    {"design.power", number, false, "0.8", "", 0.01, 1 - 1e-9, "a number below 1: 0.8, not 80", "the chance that the trial shall have to support each claim, if the planning values are right"},
    {"design.seed", integer, false, "0", "", 0, whole, "a whole number from 0", "seed of the study that is written"},
    {"design.system", text, false, "system", "", 0, 0, "lower-case letters, digits and _", "name of the system in the study that is written"},
    {"design.operating_threshold", number, false, "", "", 1e-9, 1, "a score above 0, up to 1; another scale is added to the study before it is hashed", "threshold that the limits are about"},
    {"design.comparator", text, false, "", "", 0, 0, "lower-case letters, digits and _", "name of another system that judges the same passages"},
    {"design.comparator_threshold", number, false, "", "", 1e-9, 1, "a score above 0, up to 1; another scale is added to the study before it is hashed", "threshold of the comparator"},
    {"planning.watchlist_persons", integer, false, "", "", 1, whole, "a whole number from 1", "persons on the list that the claims are about"},
    {"planning.false_positive_identification_rate", number, false, "", "", 0, 1 - 1e-9, "a share from 0 to below 1", "supposed rate against that list"},
    {"planning.true_positive_identification_rate", number, false, "", "", 1e-9, 1, "a share above 0", "supposed rate of people listed"},
    {"planning.worth_passages", number, false, "", "", 1, any_high, "a number from 1", "how many passages the planning values are worth: for the chance that allows for their being wrong"},
    {"planning.within_person_correlation", number, false, "", "", 0, 1, "a number from 0 to 1", "how alike the passages of one person end; or give design_effect"},
    {"planning.design_effect", number, false, "", "", 1, 1e6, "a number from 1", "by how much dependence shrinks the number of passages"},
    {"planning.passes_per_person", integer, false, "1", "", 1, 1e6, "a whole number from 1", "passages that each volunteer makes"},
    {"planning.footfall_per_hour", number, false, "", "", 1e-6, any_high, "a number above 0", "passages an hour of people who are not listed"},
    {"planning.mix.*.*", number, false, "", "", 1e-9, 1, "a share above 0", "share of each group among the passages of an axis; they add up to 1. Axes are crossed as \"ethnicity and sex\", with groups such as \"black, f\"; where that is left out, the shares of the axes are multiplied"},
    {"claim[].metric", text, true, "", "false_positive_identification_rate|true_positive_identification_rate", 0, 0, "false_positive_identification_rate or true_positive_identification_rate", "rate that the claim is about"},
    {"claim[].at_most", fraction, false, "", "", 0, 0, "{ events = 1, exposure = 1000 }, two whole numbers", "limit to be proven, from above"},
    {"claim[].at_least", fraction, false, "", "", 0, 0, "{ events = 9, exposure = 10 }, two whole numbers", "limit to be proven, from below"},
    {"claim[].in_every", text, false, "", "", 0, 0, "an axis of planning.mix, or several with and between: ethnicity and sex", "axis of which every group has to keep the limit by itself"},
    {"claim[].group", text, false, "", "", 0, 0, "an axis of planning.mix, or several with and between: ethnicity and sex", "axis whose groups are compared"},
    {"claim[].reference", text, false, "", "", 0, 0, "a group of that axis; of axes crossed one of each: white, f", "group that the others are compared with"},
    {"claim[].ratio", number, false, "", "", 1.01, 1000, "a ratio above 1", "true ratio of the rates of a group and the reference that shall be found; of misses for true positive rates"},
    {"claim[].margin", number, false, "", "", 1.01, 1000, "a ratio above 1", "margin within which groups that fare alike shall be shown to; of false_positive_identification_rate only"},
    {"claim[].better_by", number, false, "", "", 1e-9, 1 - 1e-9, "a difference of two rates: 0.05 is 5 points", "by how much the system is truly better than the comparator; that it is better at all shall be found"},
    {"claim[].worse_by_at_most", number, false, "", "", 1e-9, 1 - 1e-9, "a difference of two rates: 0.05 is 5 points", "margin; that the system is worse than the comparator by less shall be shown, where the two are equally good"},
    {"claim[].discordant_share", number, false, "", "", 1e-9, 1 - 1e-9, "a share of the passages", "share of the passages on which only one of the two systems errs; left out: as if their errors were unrelated. With better_by or worse_by_at_most"},
    {"budget.persons", integer, false, "", "", 1, whole, "a whole number from 1", "volunteers, all of them listed"},
    {"budget.nonmated_passages", integer, false, "", "", 1, whole, "a whole number from 1", "passages of people who are not listed; or give hours"},
    {"budget.hours", number, false, "", "", 1e-6, any_high, "a number above 0", "hours of footfall"},
    {"budget.expected_false_alerts", integer, false, "", "", 0, 1e9, "a whole number from 0", "false alerts to be expected in all, for what they can say of groups"},
};

std::vector<std::string> parts_of(std::string_view words, std::string_view between) {
  std::vector<std::string> out;
  for (std::size_t at = words.find(between); at != std::string_view::npos; at = words.find(between)) {
    out.emplace_back(words.substr(0, at));
    words.remove_prefix(at + between.size());
  }
  out.emplace_back(words);
  return out;
}

/// Of decimals that were added: 0.05, not 0.050000000000000044.
std::string in_decimals(double value) { return shortest(std::round(value * 1e9) / 1e9); }

bool is_system_name(const std::string& name) { return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos; }

struct builder : study_reader {
  std::vector<const toml::table*> claim_tables; // of each claim that was read

  static std::optional<std::uint64_t> counted(toml::node_view<const toml::node> node) {
    const auto value = node.value<std::int64_t>();
    return value && *value >= 0 ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
  }

  void read_planning(const toml::table& table, trial_design& out) {
    out.watchlist_persons = counted(table["watchlist_persons"]);
    for (const metric_id metric : {metric_id::false_positive_identification_rate, metric_id::true_positive_identification_rate})
      if (const auto rate = table[to_string(metric)].value<double>()) out.rates[metric] = *rate;
    out.worth_passages = table["worth_passages"].value<double>();
    out.passes_per_person = counted(table["passes_per_person"]).value_or(1);
    out.within_person_correlation = table["within_person_correlation"].value<double>();
    const auto effect = table["design_effect"].value<double>();
    if (effect && out.within_person_correlation) add(*table.get("design_effect"), error_code::not_allowed, "planning.design_effect", shortest(*effect), "design_effect or within_person_correlation, not both");
    out.design_effect = effect.value_or(1.0 + (static_cast<double>(out.passes_per_person) - 1.0) * out.within_person_correlation.value_or(0.0));
    if (!effect && !out.within_person_correlation && out.passes_per_person > 1)
      add(table, error_code::missing_key, "planning.within_person_correlation", "", "how alike the passages of one person end, or a design_effect: passes of one person are not independent");
    out.footfall_per_hour = table["footfall_per_hour"].value<double>();
    if (const toml::table* mix = table["mix"].as_table()) read_mix(*mix, out);
  }

  void read_mix(const toml::table& table, trial_design& out) {
    for (const auto& [axis, node] : table) {
      if (!node.is_table()) continue;
      const std::vector<std::string> axes = crossed_axes(axis.str());
      if (!std::all_of(axes.begin(), axes.end(), [](const std::string& one) { return may_name_an_axis(one); }))
        add(node, error_code::not_allowed, "planning.mix", std::string(axis.str()), "an axis in lower-case letters and underscores, none of the names that findings use themselves; several are crossed with \" and \" between");
      auto& shares = out.mix[std::string(axis.str())];
      double total = 0;
      for (const auto& [label, share] : *node.as_table())
        if (const auto value = share.value<double>()) {
          if (crossed_labels(label.str(), axes.size()).size() != axes.size())
            add(share, error_code::not_allowed, "planning.mix", std::string(label.str()), "a label of each axis crossed, with a comma and a space between");
          shares.emplace(std::string(label.str()), *value);
          total += *value;
        }
      if (shares.size() < 2 || std::abs(total - 1.0) > 1e-6) add(node, error_code::not_allowed, "planning.mix", shortest(total), "shares of two groups or more that add up to 1");
    }
    for (const auto& [axis, node] : table) hold_against_its_axes(std::string(axis.str()), node, out);
  }

  /// Shares of crossed groups that add up to other shares of an axis than that axis declares are two worlds.
  void hold_against_its_axes(const std::string& crossed, const toml::node& at, const trial_design& out) {
    const std::vector<std::string> axes = crossed_axes(crossed);
    if (axes.size() < 2 || !at.is_table()) return;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const auto alone = out.mix.find(axes[i]);
      if (alone == out.mix.end()) continue;
      std::map<std::string, double> added;
      for (const auto& [group, share] : out.mix.at(crossed))
        if (const auto labels = crossed_labels(group, axes.size()); labels.size() == axes.size()) added[labels[i]] += share;
      const bool same = added.size() == alone->second.size() && std::equal(added.begin(), added.end(), alone->second.begin(), [](const auto& one, const auto& other) { return one.first == other.first && std::abs(one.second - other.second) <= 1e-6; });
      if (!same) add(at, error_code::not_allowed, "planning.mix", crossed, "shares that add up to those of [planning.mix." + axes[i] + "]");
    }
  }

  /// The shares of axes crossed of which nobody says how they go together.
  void multiply(const toml::table& at, const std::string& crossed, trial_design& out) {
    const std::vector<std::string> axes = crossed_axes(crossed);
    if (axes.size() < 2 || out.mix.contains(crossed) || !std::all_of(axes.begin(), axes.end(), [&](const std::string& axis) { return out.mix.contains(axis); })) return;
    std::map<std::string, double> made{{"", 1.0}};
    for (const std::string& axis : axes) {
      std::map<std::string, double> longer;
      for (const auto& [before, share] : made)
        for (const auto& [label, own] : out.mix.at(axis)) {
          if (label.find(", ") != std::string::npos) add(at, error_code::not_allowed, "claim.group", label, "labels without a comma and a space, where axes are crossed");
          longer.emplace(before.empty() ? label : before + ", " + label, share * own);
        }
      made = std::move(longer);
    }
    out.mix.emplace(crossed, std::move(made));
    out.crossed_by_product.push_back(crossed);
  }

  /// What one study cannot hold: two references of one axis, and groups crossed in two ways.
  void hold_claims_together(const trial_design& out) {
    const std::vector<std::string> all = axes_of(out.claims);
    std::map<std::string, std::string> references;
    for (std::size_t i = 0; i < out.claims.size(); ++i) {
      const design_claim& claim = out.claims[i];
      if (claim.group.empty()) continue;
      const std::vector<std::string> axes = crossed_axes(claim.group), labels = crossed_labels(claim.reference, axes.size());
      if (axes.size() > 1 && axes != all) {
        std::string every;
        for (const std::string& axis : all) every += (every.empty() ? "" : " and ") + axis;
        add(*claim_tables[i], error_code::not_allowed, "claim.group", claim.group, "\"" + every + "\": an evaluation crosses all axes of its study, in one order");
      }
      for (std::size_t k = 0; k < std::min(axes.size(), labels.size()) && !claim.reference.empty(); ++k)
        if (const auto [held, is_new] = references.emplace(axes[k], labels[k]); !is_new && held->second != labels[k])
          add(*claim_tables[i], error_code::not_allowed, "claim.reference", claim.reference, "one reference for each axis: another claim has " + held->second);
    }
  }

  void read_limit(const toml::table& table, design_claim& one) {
    const bool most = table.contains("at_most");
    const char* side = most ? "at_most" : "at_least";
    const auto events = counted(table[side]["events"]), exposure = counted(table[side]["exposure"]);
    if (!events || !exposure || *exposure == 0) return; // told where it stands
    one.declared = {one.metric, most ? limit_direction::at_most : limit_direction::at_least, *events, *exposure, "the design of this trial"};
    if (describe(one.metric).direction != one.declared.direction || one.declared.events == 0 || one.declared.events >= one.declared.exposure)
      add(table, error_code::not_allowed, std::string("claim.") + side, std::to_string(*events) + " in " + std::to_string(*exposure),
          one.metric == metric_id::true_positive_identification_rate ? "at_least, a share above 0 and below 1" : "at_most, a share above 0 and below 1");
  }

  void read_claim_on_systems(const toml::table& table, design_claim& one, const trial_design& out) {
    for (const char* key : {"group", "reference", "in_every"})
      if (table.contains(key)) add(*table.get(key), error_code::not_allowed, std::string("claim.") + key, table[key].value_or(std::string()), "nothing here: systems are compared on all passages");
    const char* key = table.contains("better_by") ? "better_by" : "worse_by_at_most";
    one.what = table.contains("better_by") ? design_claim::kind::better : design_claim::kind::no_worse;
    one.factor = table[key].value_or(0.0);
    one.discordant_share = table["discordant_share"].value<double>();
    if (out.comparator.empty()) add(table, error_code::missing_key, "design.comparator", "", "the name of the other system, for this claim");
    const auto rate = out.rates.find(one.metric);
    if (rate == out.rates.end() || !(one.factor > 0.0 && one.factor < 1.0)) return; // told where it stands
    if (!(rate->second > 0.0 && rate->second < 1.0)) {
      add(table, error_code::not_allowed, "planning." + std::string(to_string(one.metric)), shortest(rate->second), "a rate above 0 and below 1, for a claim on two systems");
      return;
    }
    const supposed_difference supposed = difference_of(one, rate->second);
    const double most = one.metric == metric_id::true_positive_identification_rate ? supposed.comparator : 1.0 - supposed.comparator;
    if (!(supposed.comparator > 0.0 && supposed.comparator < 1.0) || (one.what == design_claim::kind::no_worse && !(one.factor < most)))
      add(*table.get(key), error_code::not_allowed, std::string("claim.") + key, shortest(one.factor), "a difference with which the rates of both systems stay above 0 and below 1");
    else if (!supposed.is_possible())
      add(*table.get("discordant_share"), error_code::not_allowed, "claim.discordant_share", shortest(*one.discordant_share),
          "a share that both rates allow: from " + in_decimals(supposed.least_discordant()) + " to " + in_decimals(supposed.most_discordant()));
  }

  void read_claim(const toml::table& table, trial_design& out) {
    design_claim one;
    const auto metric = metric_from_key(table["metric"].value_or(std::string()));
    if (!metric || (*metric != metric_id::false_positive_identification_rate && *metric != metric_id::true_positive_identification_rate)) return; // told by its key
    one.metric = *metric;
    int kinds = 0;
    for (const char* key : {"at_most", "at_least", "ratio", "margin", "better_by", "worse_by_at_most"}) kinds += table.contains(key) ? 1 : 0;
    if (kinds != 1) {
      add(table, error_code::missing_key, "claim", std::string(to_string(one.metric)), "exactly one of at_most, at_least, ratio, margin, better_by and worse_by_at_most");
      return;
    }
    const bool of_systems = table.contains("better_by") || table.contains("worse_by_at_most");
    if (table.contains("discordant_share") && !of_systems)
      add(*table.get("discordant_share"), error_code::not_allowed, "claim.discordant_share", shortest(table["discordant_share"].value_or(0.0)), "only with better_by or worse_by_at_most");
    if (!out.rates.contains(one.metric)) add(table, error_code::missing_key, "planning." + std::string(to_string(one.metric)), "", "the rate that is supposed, for this claim");
    if (of_systems) {
      read_claim_on_systems(table, one, out);
    } else if (table.contains("at_most") || table.contains("at_least")) {
      for (const char* key : {"group", "reference"})
        if (table.contains(key)) add(*table.get(key), error_code::not_allowed, std::string("claim.") + key, "a limit", "only with ratio or margin");
      read_limit(table, one);
      if (table.contains("in_every")) {
        one.group = one.declared.in_every = table["in_every"].value_or(std::string());
        multiply(table, one.group, out);
        if (!out.mix.contains(one.group)) add(*table.get("in_every"), error_code::not_allowed, "claim.in_every", one.group, "an axis of [planning.mix]");
      }
    } else {
      if (table.contains("in_every")) add(*table.get("in_every"), error_code::not_allowed, "claim.in_every", table["in_every"].value_or(std::string()), "only with at_most or at_least");
      one.what = table.contains("ratio") ? design_claim::kind::ratio : design_claim::kind::equivalence;
      if (one.what == design_claim::kind::equivalence && one.metric == metric_id::true_positive_identification_rate)
        add(*table.get("margin"), error_code::not_allowed, "claim.margin", std::string(to_string(one.metric)), "false_positive_identification_rate: an evaluation holds true positive rates against a difference, study.equivalence_difference");
      one.factor = table[table.contains("ratio") ? "ratio" : "margin"].value_or(0.0);
      one.group = table["group"].value_or(std::string());
      one.reference = table["reference"].value_or(std::string());
      multiply(table, one.group, out);
      const auto axis = out.mix.find(one.group);
      if (axis == out.mix.end()) add(table, error_code::not_allowed, "claim.group", one.group, "an axis of [planning.mix]");
      else if (!axis->second.contains(one.reference)) add(table, error_code::not_allowed, "claim.reference", one.reference, "a group of [planning.mix." + one.group + "]");
      const auto rate = out.rates.find(one.metric);
      if (rate != out.rates.end()) {
        const double error = one.metric == metric_id::true_positive_identification_rate ? 1.0 - rate->second : rate->second;
        if (!(error > 0.0) || !(error * one.factor < 1.0)) add(table, error_code::not_allowed, "claim.ratio", shortest(one.factor), "a rate of errors above 0 whose multiple stays below 1");
      }
    }
    out.claims.push_back(std::move(one));
    claim_tables.push_back(&table);
  }

  void read_comparator(toml::node_view<const toml::node> design, trial_design& out) {
    const auto threshold = design["comparator_threshold"].value<double>();
    out.comparator = design["comparator"].value_or(std::string());
    out.comparator_threshold = threshold.value_or(0.0);
    if (out.comparator.empty()) {
      if (threshold) add(*design["comparator_threshold"].node(), error_code::missing_key, "design.comparator", "", "the name of the system that has this threshold");
      return;
    }
    const toml::node& at = *design["comparator"].node();
    if (!is_system_name(out.comparator) || out.comparator == out.system) add(at, error_code::not_allowed, "design.comparator", out.comparator, "lower-case letters, digits and _, and another name than that of the system: " + out.system);
    if (!threshold) add(at, error_code::missing_key, "design.comparator_threshold", "", "the threshold of the comparator");
    if (!out.operating_threshold) add(at, error_code::missing_key, "design.operating_threshold", "", "the threshold of the system: two systems are compared each at its own");
  }

  trial_design build(const toml::table& root) {
    trial_design out;
    out.name = root["design"]["name"].value_or(std::string());
    if (const double level = root["design"]["confidence"].value_or(0.95); level > 0 && level < 1) out.level = confidence::checked(level);
    out.power = root["design"]["power"].value_or(0.8);
    out.seed = counted(root["design"]["seed"]).value_or(0);
    out.system = root["design"]["system"].value_or(std::string("system"));
    if (!is_system_name(out.system))
      add(*root["design"]["system"].node(), error_code::not_allowed, "design.system", out.system, "lower-case letters, digits and _");
    out.operating_threshold = root["design"]["operating_threshold"].value<double>();
    read_comparator(root["design"], out);
    if (const toml::table* planning = root["planning"].as_table()) read_planning(*planning, out);
    if (const toml::array* claims = root["claim"].as_array())
      for (const toml::node& entry : *claims)
        if (entry.is_table()) read_claim(*entry.as_table(), out);
    hold_claims_together(out);
    if (const toml::table* table = root["budget"].as_table()) {
      trial_design::budget_values budget{counted((*table)["persons"]), counted((*table)["nonmated_passages"]), (*table)["hours"].value<double>(), counted((*table)["expected_false_alerts"])};
      if (budget.hours && budget.nonmated_passages) add(*table->get("hours"), error_code::not_allowed, "budget.hours", shortest(*budget.hours), "hours or nonmated_passages, not both");
      if (budget.hours && !out.footfall_per_hour) add(*table->get("hours"), error_code::missing_key, "planning.footfall_per_hour", "", "the footfall, for a budget in hours");
      if (budget.hours && out.footfall_per_hour && !budget.nonmated_passages && *budget.hours * *out.footfall_per_hour <= whole)
        budget.nonmated_passages = static_cast<std::uint64_t>(*budget.hours * *out.footfall_per_hour);
      out.budget = budget;
    }
    return out;
  }
};

} // namespace

std::span<const study_key> design_keys() noexcept { return keys; }

bool supposed_difference::is_possible() const {
  const double differ = better_only + worse_only, slack = 1e-12; // of shares that are written in decimals
  return better_only >= -slack && worse_only >= -slack && differ <= most_discordant() + slack && differ < 1.0;
}

supposed_difference difference_of(const design_claim& claim, double rate_of_system) {
  const bool of_finding = claim.metric == metric_id::true_positive_identification_rate;
  const double by = claim.what == design_claim::kind::better ? claim.factor : 0.0;
  supposed_difference out{rate_of_system, of_finding ? rate_of_system - by : rate_of_system + by, 0.0, 0.0};
  const double system_errs = of_finding ? 1.0 - out.system : out.system, comparator_errs = of_finding ? 1.0 - out.comparator : out.comparator;
  const double differ = claim.discordant_share.value_or(system_errs * (1.0 - comparator_errs) + comparator_errs * (1.0 - system_errs));
  out.better_only = (differ + by) / 2.0;
  out.worse_only = (differ - by) / 2.0;
  return out;
}

std::vector<std::string> crossed_axes(std::string_view axis) { return parts_of(axis, " and "); }

std::vector<std::string> crossed_labels(std::string_view group, std::size_t axes) { return axes < 2 ? std::vector{std::string(group)} : parts_of(group, ", "); }

std::vector<std::string> axes_of(const std::vector<design_claim>& claims) {
  std::vector<std::string> out;
  for (const bool crossed : {true, false})
    for (const design_claim& claim : claims) {
      if (claim.group.empty()) continue;
      const std::vector<std::string> axes = crossed_axes(claim.group);
      if ((axes.size() > 1) != crossed) continue;
      for (const std::string& axis : axes)
        if (std::find(out.begin(), out.end(), axis) == out.end()) out.push_back(axis);
    }
  return out;
}

tl::expected<trial_design, std::vector<error>> parse_design(std::string_view text, const std::string& file) {
  std::vector<error> errors;
  if (const auto readable = check_text(text, file); !readable) return tl::unexpected(std::vector{readable.error()});
  else text = *readable;
  const auto root = parse_toml(text, file);
  if (!root) return tl::unexpected(std::vector{root.error()});
  static constexpr required_section sections[] = {{"design", "a [design] table with a name"}, {"planning", "a [planning] table of what is supposed"}, {"claim", "at least one [[claim]]"}};
  check_keys(*root, design_keys(), design_schema, file, errors);
  if (std::any_of(errors.begin(), errors.end(), [](const error& e) { return e.code == error_code::newer_schema; })) return tl::unexpected(std::move(errors));
  check_sections(*root, sections, file, errors);
  std::vector<error> between;
  trial_design out = builder{{file, between}, {}}.build(*root);
  // What one key says about another is told too, except where the key itself is already at fault.
  for (error& why : between)
    if (std::none_of(errors.begin(), errors.end(), [&](const error& told) { return told.line == why.line; })) errors.push_back(std::move(why));
  if (!errors.empty()) return tl::unexpected(in_file_order(std::move(errors)));
  out.file = file;
  out.sha256 = sha256_hex(text);
  return out;
}

tl::expected<trial_design, std::vector<error>> read_design(const std::string& file) {
  const auto bytes = read_file(file);
  if (!bytes) return tl::unexpected(std::vector{bytes.error()});
  auto out = parse_design(bytes->bytes, file);
  if (out) out->sha256 = bytes->sha256;
  return out;
}

} // namespace lfreval

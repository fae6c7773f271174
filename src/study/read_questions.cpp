#include "study/study_reader.hpp"

#include <algorithm>
#include <set>

#include <lfreval/study/keys.hpp>

namespace lfreval {

namespace {

struct question_reader : study_reader {
  /// An axis of the study, and a metric that has a rate in each of its groups.
  void check_every_group(const toml::node& at, const limit& one, const study& out) {
    const std::string metric(to_string(one.metric));
    if (!is_judged_by_group(one.metric)) {
      std::string all;
      for (const metric_units& row : metric_units_table)
        if (is_judged_by_group(row.id)) all += (all.empty() ? "" : ", ") + std::string(to_string(row.id));
      add(at, error_code::not_allowed, "limit.in_every", metric, "a limit on a rate that is judged by group: " + all);
      return;
    }
    std::string crossed, names;
    for (const study_group& group : out.groups) {
      if (one.in_every == group.name) return;
      crossed += (crossed.empty() ? "" : " and ") + group.name;
      names += (names.empty() ? "" : ", ") + group.name;
    }
    const bool is_crossed = out.groups.size() > 1 && one.in_every == crossed;
    if (is_crossed && is_judged_by_crossed_groups(one.metric)) return;
    if (is_crossed) add(at, error_code::not_allowed, "limit.in_every", one.in_every, "one axis: a log of a crowd has no rates of crossed groups");
    else
      add(at, error_code::not_allowed, "limit.in_every", one.in_every,
          "the name of a [[group]] of this study" + (names.empty() ? std::string() : ": " + names + (out.groups.size() > 1 && is_judged_by_crossed_groups(one.metric) ? ", or \"" + crossed + "\"" : "")));
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
    if (const toml::node* named = table.get("in_every")) {
      one.in_every = named->value_or(std::string());
      if (named->is_string()) check_every_group(*named, one, out);
    }
    for (const limit& other : out.limits)
      if (other.metric == one.metric && other.direction == one.direction && other.events == one.events && other.exposure == one.exposure && other.in_every == one.in_every)
        add(table, error_code::duplicate_id, "limit.metric", key, "each limit once");
    out.limits.push_back(std::move(one));
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
        here.operating = word == "operating";
        here.recommended = word == "recommended";
        here.guaranteed = word == "guaranteed";
        const bool by_word = here.operating || here.recommended || here.guaranteed;
        if ((!word.empty() && !by_word) || (here.false_positive_identification_rate ? 1 : 0) + (here.threshold ? 1 : 0) + (by_word ? 1 : 0) != 1)
          add(entry, error_code::not_allowed, "comparison.at", word, "one of false_positive_identification_rate, threshold = a score, threshold = \"operating\", \"recommended\" or \"guaranteed\"");
        else if (here.false_positive_identification_rate && !(*here.false_positive_identification_rate > 0 && *here.false_positive_identification_rate < 1))
          add(entry, error_code::not_allowed, "comparison.at.false_positive_identification_rate", shortest(*here.false_positive_identification_rate), "a share above 0 and below 1");
        else one.at.push_back(here);
        for (const study_system& system : out.systems) {
          if (!distinct.contains(system.name)) continue;
          if (here.recommended && !system.recommended_threshold) add(entry, error_code::missing_key, "system." + system.name + ".recommended_threshold", "", "the threshold that the vendor recommends");
          if (here.operating && !system.operating_threshold) add(entry, error_code::missing_key, "system." + system.name + ".operating_threshold", "", "the threshold in use");
        }
      }
    if (one.at.empty()) add(table, error_code::missing_key, "comparison.at", "", "where the systems are compared");
    out.comparisons.push_back(std::move(one));
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

  void read(const toml::table& root, study& out) {
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
    if (const toml::array* limits = root["limit"].as_array())
      for (const toml::node& entry : *limits)
        if (entry.is_table()) read_limit(*entry.as_table(), out);
  }
};

} // namespace

void read_questions(const study_reader& to, const toml::table& root, study& out) { question_reader{to}.read(root, out); }

} // namespace lfreval

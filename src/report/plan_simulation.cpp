#include <lfreval/report/plan.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <lfreval/detail/philox.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/log/published.hpp>
#include <lfreval/log/trial_log.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/types/number.hpp>

#include "report/planner.hpp"

namespace lfreval {

namespace {

constexpr double threshold_if_none = 0.5; // scores are drawn to either side of it: any other would do
constexpr std::uint64_t most_listed = 1000; // of those who are alerted on; more would change no figure of these claims

/// Uniform numbers in (0, 1) of one simulated trial of one claim.
class claim_draws {
public:
  claim_draws(std::uint64_t seed, std::size_t claim, std::uint64_t trial) : key_(detail::philox_key_of(seed)), claim_(static_cast<std::uint32_t>(claim)), trial_(static_cast<std::uint32_t>(trial)) {}
  double next() {
    const std::uint64_t word = detail::philox_word({place_++, claim_, trial_, stream}, key_);
    return (static_cast<double>(word >> 11U) + 0.5) * 0x1p-53;
  }

private:
  static constexpr std::uint32_t stream = 0x706c616eU; // apart from the other uses of a study's seed
  detail::philox_key key_;
  std::uint32_t claim_, trial_, place_ = 0;
};

std::string numbered(char kind, std::uint64_t n) {
  const std::string digits = std::to_string(n);
  return kind + std::string(digits.size() < 9 ? 9 - digits.size() : 0, '0') + digits;
}

struct claim_world {
  const trial_design& design;
  const planned_claim& planned;
  study declared;
  std::vector<std::string> axes; ///< of the groups that the claim speaks of
  double threshold = 0.0, correlation = 0.0;
  std::uint64_t persons = 0;

  claim_world(const trial_plan& plan, const planned_claim& one) : design(plan.design), planned(one) {
    auto read = parse_study(plan.study, "study.toml");
    if (!read) throw std::logic_error("the study of a plan: " + read.error().front().message());
    declared = std::move(*read);
    threshold = design.operating_threshold.value_or(threshold_if_none);
    if (declared.systems.empty()) {
      study_system system;
      system.name = design.system;
      system.operating_threshold = threshold;
      declared.systems.push_back(std::move(system));
    }
    // The chances hold claim by claim: a limit or an axis of another claim is no part of this world.
    const design_claim& claim = one.claim;
    if (!claim.group.empty()) axes = crossed_axes(claim.group);
    std::erase_if(declared.groups, [&](const study_group& group) { return std::find(axes.begin(), axes.end(), group.name) == axes.end(); });
    if (claim.what == design_claim::kind::limit) declared.limits = {claim.declared};
    else declared.limits.clear();
    if (!on_systems(claim)) {
      declared.comparisons.clear();
      std::erase_if(declared.systems, [&](const study_system& system) { return system.name == design.comparator; });
    }
    const auto passes = static_cast<double>(design.passes_per_person);
    correlation = design.within_person_correlation.value_or(passes > 1.0 ? (design.design_effect - 1.0) / (passes - 1.0) : 0.0);
    persons = (one.passages + design.passes_per_person - 1) / design.passes_per_person;
  }

  double rate_of(const std::string& group) const {
    const double errors = error_rate_of(design, planned.claim);
    return planned.claim.what == design_claim::kind::ratio && group == planned.group ? errors * planned.claim.factor : errors;
  }

  /// The rate of one person, of whom `alike` is the correlation of any two passages.
  static double own(double rate, double alike, claim_draws& from) {
    const double u = from.next();
    if (!(alike > 0.0) || !(rate > 0.0) || !(rate < 1.0)) return rate;
    if (alike >= 1.0) return u < rate ? 1.0 : 0.0;
    const double total = 1.0 / alike - 1.0;
    return distribution::beta_lower_quantile(rate * total, (1.0 - rate) * total, u);
  }
  double own(double rate, claim_draws& from) const { return own(rate, correlation, from); }

  /// Whether each of the two systems is right on the passages of one person: a person has a share of passages on which they differ,
  /// and of those a share on which only the first is right.
  std::vector<std::pair<bool, bool>> judged_by_both(claim_draws& from) const {
    const supposed_difference s = difference_of(planned.claim, design.rates.at(planned.claim.metric));
    const double differ = s.better_only + s.worse_only, right = of_misses(planned.claim) ? s.system : 1.0 - s.system;
    const double differs = own(differ, from), of_those = own(s.better_only / differ, correlation > 0.0 ? 1.0 / (1.0 + differ * (1.0 / correlation - 1.0)) : 0.0, from);
    const double both_right = (right - s.better_only) / (1.0 - differ);
    std::vector<std::pair<bool, bool>> out;
    for (std::uint64_t i = 0; i < design.passes_per_person; ++i) {
      if (from.next() < differs) {
        const bool first = from.next() < of_those;
        out.emplace_back(first, !first);
      } else {
        const bool both = from.next() < both_right;
        out.emplace_back(both, both);
      }
    }
    return out;
  }

  /// What the rows say on one axis, of groups that may be of several axes crossed.
  text_column labels_on(std::size_t axis, const std::vector<std::string>& groups, const std::vector<std::uint32_t>& of_rows) const {
    text_column out;
    std::vector<std::uint32_t> code_of; // group -> label on this axis
    for (const std::string& group : groups) {
      const std::string label = crossed_labels(group, axes.size())[axis];
      const auto known = std::find(out.texts.begin(), out.texts.end(), label);
      code_of.push_back(static_cast<std::uint32_t>(known - out.texts.begin()));
      if (known == out.texts.end()) out.texts.push_back(label);
    }
    for (const std::uint32_t code : of_rows) out.codes.push_back(code_of[code]);
    return out;
  }

  trial_passages passages_of_system(const std::string& system, std::uint64_t listed) const {
    trial_passages out;
    out.source = "trial";
    out.kind = source_kind::seeded;
    out.rows.system = system;
    for (std::uint64_t i = 0; i < persons; ++i) out.rows.person.texts.push_back(numbered('p', i));
    if (of_misses(planned.claim)) out.rows.top_person.texts = out.rows.person.texts;
    else
      for (std::uint64_t i = 0; i < listed; ++i) out.rows.top_person.texts.push_back(numbered('l', i));
    return out;
  }

  /// A passage with a score above the threshold, or below it.
  void add(passage_table& rows, std::uint64_t person, bool reaches, double at, std::uint64_t listed, claim_draws& from) const {
    const double within = 0.05 + 0.9 * from.next();
    const auto score = static_cast<float>(reaches ? at + within * (1.0 - at) : at * within);
    const auto someone = static_cast<std::uint32_t>(of_misses(planned.claim) ? person : static_cast<std::uint64_t>(from.next() * static_cast<double>(listed)));
    rows.person.codes.push_back(static_cast<std::uint32_t>(person));
    rows.mated.push_back(of_misses(planned.claim) ? mated_status::yes : mated_status::no);
    rows.acquired.push_back(1);
    rows.top_person.codes.push_back(someone);
    rows.top_score.push_back(score);
    rows.mate_score.push_back(of_misses(planned.claim) ? score : no_score);
    rows.mate_rank.push_back(of_misses(planned.claim) ? 1 : 0);
    rows.deployment.codes.push_back(no_code);
    rows.camera.codes.push_back(no_code);
  }

  trial_log draw_both(std::uint64_t listed, claim_draws& from) const {
    trial_log log;
    log.watchlist_persons = listed;
    log.passages = {passages_of_system(design.system, listed), passages_of_system(design.comparator, listed)};
    for (std::uint64_t person = 0; person < persons; ++person)
      for (const auto& [first, second] : judged_by_both(from)) {
        add(log.passages[0].rows, person, first == of_misses(planned.claim), threshold, listed, from);
        add(log.passages[1].rows, person, second == of_misses(planned.claim), design.comparator_threshold, listed, from);
      }
    return log;
  }

  trial_log draw(std::uint64_t seed, std::size_t claim, std::uint64_t trial) const {
    claim_draws from(seed, claim, trial);
    const std::uint64_t listed = of_misses(planned.claim) ? persons : std::min(most_listed, design.watchlist_persons.value_or(most_listed));
    if (on_systems(planned.claim)) return draw_both(listed, from);
    trial_log log;
    trial_passages source = passages_of_system(design.system, listed);
    passage_table& rows = source.rows;
    const std::map<std::string, double>* shares = planned.claim.group.empty() ? nullptr : &design.mix.at(planned.claim.group);
    std::vector<std::string> groups;
    if (shares != nullptr)
      for (const auto& [label, share] : *shares) groups.push_back(label);
    std::vector<std::uint32_t> group_codes;
    log.watchlist_persons = listed;
    for (std::uint64_t person = 0; person < persons; ++person) {
      std::uint32_t label = 0;
      if (shares != nullptr) {
        // Volunteers are recruited in the planned numbers; who passes unasked is as it happens.
        double below = of_misses(planned.claim) ? (static_cast<double>(person) + 0.5) / static_cast<double>(persons) : from.next();
        for (auto at = shares->begin(); std::next(at) != shares->end() && below >= at->second; ++at, ++label) below -= at->second;
      }
      const double rate = own(rate_of(shares == nullptr ? "" : groups[label]), from);
      for (std::uint64_t i = 0; i < design.passes_per_person; ++i) {
        const bool error = from.next() < rate, reaches = error != of_misses(planned.claim);
        add(rows, person, reaches, threshold, listed, from);
        if (shares != nullptr) group_codes.push_back(label);
      }
    }
    for (std::size_t k = 0; k < axes.size(); ++k) rows.groups.emplace(axes[k], labels_on(k, groups, group_codes));
    log.passages.push_back(std::move(source));
    return log;
  }

  /// Whether the finding is of this group, which may be one of several axes crossed.
  bool is_of(const finding& f, const std::string& group) const {
    const std::vector<std::string> labels = crossed_labels(group, axes.size());
    for (std::size_t k = 0; k < axes.size(); ++k)
      if (const auto own = f.axes.find(axes[k]); own == f.axes.end() || own->second != labels[k]) return false;
    return true;
  }

  /// Whether the evaluation of a trial says what the claim says.
  bool supports(const evaluation& e) const {
    const design_claim& claim = planned.claim;
    for (const finding& f : e.findings) {
      if (f.metric != to_string(claim.metric) || f.axes.contains("watchlist") || f.axes.contains("list_in_use")) continue;
      if (claim.what == design_claim::kind::limit) {
        if (std::any_of(axes.begin(), axes.end(), [&](const std::string& axis) { return f.axes.contains(axis); })) continue; // of one group
        if (const auto* answer = std::get_if<verdict_value>(&f.value)) return answer->answer.outcome == verdict_outcome::met;
        continue;
      }
      if (on_systems(claim)) {
        const auto* difference = std::get_if<difference_value>(&f.value);
        if (difference == nullptr || !f.axes.contains("systems")) continue;
        const double margin = claim.what == design_claim::kind::no_worse ? claim.factor : 0.0;
        return of_misses(claim) ? difference->made.lower > -margin : difference->made.upper < margin;
      }
      const auto against = f.axes.find("against");
      if (!f.between_groups || !is_of(f, planned.group) || against == f.axes.end() || against->second != claim.reference || f.axes.contains("standard_list")) continue;
      return claim.what == design_claim::kind::ratio ? f.between_groups->verdict.different : f.between_groups->verdict.equivalent;
    }
    return false;
  }
};

} // namespace

std::vector<simulated_claim> simulate_plan(const trial_plan& plan, std::uint64_t trials, const evaluation_options& how) {
  if (trials == 0) throw std::invalid_argument("simulate_plan: trials: is 0");
  std::vector<simulated_claim> out;
  for (std::size_t i = 0; i < plan.claims.size(); ++i) {
    if (!plan.claims[i].reachable) continue;
    const claim_world world(plan, plan.claims[i]);
    simulated_claim answer{i, trials, 0};
    for (std::uint64_t trial = 0; trial < trials; ++trial) answer.supported += world.supports(evaluate(world.declared, deployment_series{}, how, {}, world.draw(plan.design.seed, i, trial))) ? 1 : 0;
    out.push_back(answer);
  }
  return out;
}

} // namespace lfreval

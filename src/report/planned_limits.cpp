#include "report/planner.hpp"

#include <algorithm>

#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/identification/proof_power.hpp>
#include <lfreval/identification/repeated_passes.hpp>
#include <lfreval/intervals/clustered_limits.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/two_sided_binomial.hpp>
#include <lfreval/proportionality/belief.hpp>

namespace lfreval {

namespace {

/// A limit, and the passages of those that it is to be proven of: of everybody, or of one group.
struct limit_planner {
  const trial_design& design;
  const design_claim& claim;

  [[nodiscard]] double error_rate() const { return error_rate_of(design, claim); }
  [[nodiscard]] double target() const { return of_misses(claim) ? 1.0 - claim.declared.value() : claim.declared.value(); }

  [[nodiscard]] double passes() const { return static_cast<double>(design.passes_per_person); }
  /// Of meeting the limit with at most `errors`. Without any error each person counts once, which may not be enough where a few
  /// errors would be.
  double chance(std::uint64_t errors, std::uint64_t passages) const {
    const double independent = std::floor(static_cast<double>(passages) / design.design_effect), rate = error_rate();
    const double at_most = detail::binomial_up_to(static_cast<double>(errors), independent, rate);
    return is_met(0, passages) ? at_most : std::max(0.0, at_most - detail::binomial_up_to(0.0, independent, rate));
  }

  /// Whether the verdict of an evaluation would be that the limit is met: by the rung of the ladder that so many errors of
  /// people with equal numbers of passages are on.
  bool is_met(std::uint64_t errors, std::uint64_t passages) const {
    const auto n = static_cast<double>(passages);
    const double persons = std::floor(n / passes()), q = design.level.alpha();
    if (persons < 2.0) return false;
    if (errors == 0) return distribution::binomial_zero_upper(persons, q) <= target();
    const double effect = std::max(design.design_effect, persons / (persons - 1.0)), observed = static_cast<double>(errors) * design.design_effect;
    if (observed >= n) return false;
    const detail::clustered_moments m{metric_family::share, observed / n, n, persons, effect, 1.0, (design.design_effect > 1.0 ? design.design_effect : passes()) / n};
    return (of_misses(claim) ? m.korn_graubard_upper(q) : m.checking_upper(q)) <= target();
  }

  /// The fewest passages with which so many independent errors still meet the limit.
  std::uint64_t passages_for(std::uint64_t errors) const {
    std::uint64_t too_few = 0, enough = rounded_up(static_cast<double>(identification::passages_needed(target(), design.level, errors).value_or(largest_count)) * design.design_effect);
    while (enough < largest_count && !is_met(errors, enough)) {
      too_few = enough;
      enough = std::min(largest_count, enough + enough / 8 + 1);
    }
    while (too_few > 0 && enough - too_few > 1) {
      const std::uint64_t middle = too_few + (enough - too_few) / 2;
      (is_met(errors, middle) ? enough : too_few) = middle;
    }
    return enough;
  }

  /// The most errors with which so many passages meet the limit; nothing when not even none would do.
  std::optional<std::uint64_t> errors_allowed(std::uint64_t passages) const {
    const auto independent = static_cast<std::uint64_t>(static_cast<double>(passages) / design.design_effect);
    auto most = identification::guaranteed_k(independent, target(), design.level);
    while (most && !is_met(*most, passages)) most = *most == 0 ? std::nullopt : std::optional(*most - 1);
    return most;
  }

  /// The same chance when the planning values are uncertain.
  std::optional<double> assured(std::optional<std::uint64_t> errors, std::uint64_t passages) const {
    const double rate = error_rate();
    if (!design.worth_passages || !(rate > 0.0)) return std::nullopt;
    if (!errors) return 0.0;
    const auto independent = static_cast<std::uint64_t>(static_cast<double>(passages) / design.design_effect);
    const double a = rate * *design.worth_passages, b = (1.0 - rate) * *design.worth_passages, n = static_cast<double>(independent);
    const double proven = decision::assurance(independent, target(), design.level, {a, b}).probability;
    const double no_error = std::exp(std::lgamma(b + n) - std::lgamma(b) + std::lgamma(a + b) - std::lgamma(a + b + n));
    return is_met(0, passages) ? proven : std::max(0.0, proven - no_error);
  }

  /// What is supposed of people who pass more than once; nothing where they pass once, or where more than the person makes passages alike.
  std::optional<identification::repeated_passes> repeated() const {
    if (design.passes_per_person < 2 || design.passes_per_person > most_passes_simulated) return std::nullopt;
    const double correlation = design.within_person_correlation.value_or((design.design_effect - 1.0) / (passes() - 1.0));
    if (correlation > 1.0) return std::nullopt;
    return identification::repeated_passes{design.passes_per_person, error_rate(), correlation, std::nullopt, design.design_effect};
  }

  identification::simulated_chance simulated(const identification::repeated_passes& people, std::uint64_t persons) const {
    return identification::chance_to_prove(claim.declared, people, persons, design.level, design.seed);
  }
  std::optional<double> assured(identification::repeated_passes people, std::uint64_t persons) const {
    if (!design.worth_passages || !(people.error_rate > 0.0)) return std::nullopt;
    people.worth_passages = design.worth_passages;
    return simulated(people, persons).chance;
  }

  /// A trial finds its own design effect, which the sizes above take as known: so many people are added that simulated trials reach
  /// the chance.
  void enlarge(planned_claim& out, const identification::repeated_passes& people) const {
    constexpr double step = 1.01;
    std::uint64_t persons = (out.passages + people.passes - 1) / people.passes;
    identification::simulated_chance reached = simulated(people, persons);
    for (int i = 0; i < 400 && reached.chance < design.power; ++i) {
      persons = std::max(persons + 1, rounded_up(static_cast<double>(persons) * step));
      reached = simulated(people, persons);
    }
    out.passages = persons * people.passes;
    out.power = reached.chance;
    out.simulated_trials = reached.trials;
    out.most_errors = errors_allowed(out.passages).value_or(0);
    out.assurance = assured(people, persons);
  }

  [[nodiscard]] planned_claim plan() const {
    planned_claim out;
    out.claim = claim;
    out.without_errors = passages_for(0);
    const auto found = identification::passages_to_prove(target(), error_rate(), design.level, design.power);
    if (!found) return out;
    // An evaluation asks for a little more than the binomial test of independent passages.
    for (std::uint64_t errors = found->most_errors;; ++errors) {
      out.passages = passages_for(errors);
      out.most_errors = errors;
      out.power = chance(errors, out.passages);
      if (out.power >= design.power || errors > found->most_errors + 1000) break;
    }
    out.assurance = assured(out.most_errors, out.passages);
    if (const auto people = repeated(); people && out.power >= design.power && out.passages < largest_count / 2) enlarge(out, *people);
    out.reachable = out.power >= design.power && out.passages < largest_count;
    return out;
  }

  /// The chance that so many passages prove it.
  [[nodiscard]] double reached(std::uint64_t passages) const {
    if (const auto people = repeated()) return passages < people->passes ? 0.0 : simulated(*people, passages / people->passes).chance;
    const auto errors = errors_allowed(passages);
    return errors ? chance(*errors, passages) : 0.0;
  }

  [[nodiscard]] std::optional<double> assured(std::uint64_t passages) const {
    if (const auto people = repeated()) return passages < people->passes ? std::nullopt : assured(*people, passages / people->passes);
    return assured(errors_allowed(passages), passages);
  }
};

/// The groups of a limit that each has to keep: the smallest decides, and the others have to prove it too.
struct every_group {
  const limit_planner& one;
  const std::map<std::string, double>& shares;

  [[nodiscard]] static std::uint64_t part(double share, std::uint64_t passages) { return static_cast<std::uint64_t>(share * static_cast<double>(passages) + 1e-6); }
  [[nodiscard]] auto smallest() const {
    return std::min_element(shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  }

  /// Of a group that is recruited in its planned number, or of one that passes as it happens to, whose number varies from trial to trial:
  /// one person fewer may allow one error fewer.
  [[nodiscard]] double reached_in(double share, std::uint64_t passages) const {
    if (of_misses(one.claim)) return one.reached(part(share, passages));
    const int sizes = one.repeated() ? 16 : 64; // equally likely ones; a simulated chance costs more
    const std::uint64_t passes = one.design.passes_per_person;
    const double people = static_cast<double>(passages) / static_cast<double>(passes), spread = std::sqrt(people * share * (1.0 - share));
    double sum = 0.0;
    for (int i = 0; i < sizes; ++i) {
      const double size = people * share - spread * distribution::normal_upper_quantile((i + 0.5) / sizes);
      sum += size < 1.0 ? 0.0 : one.reached(static_cast<std::uint64_t>(std::llround(size)) * passes);
    }
    return sum / sizes;
  }
  /// People of different groups are different people: the chances multiply.
  [[nodiscard]] double reached(std::uint64_t passages) const {
    double all = 1.0;
    for (const auto& [label, share] : shares) all *= reached_in(share, passages);
    return all;
  }

  [[nodiscard]] planned_claim plan() const {
    planned_claim out = one.plan();
    out.group = smallest()->first;
    out.assurance = std::nullopt; // groups share what the planning values are worth: their chances do not multiply
    if (!out.reachable) return out;
    const double step = one.repeated() ? 1.03 : 1.005, share = smallest()->second;
    out.passages = rounded_up(static_cast<double>(out.passages) / share);
    out.power = reached(out.passages);
    for (int i = 0; i < 400 && out.power < one.design.power && out.passages < largest_count; ++i) {
      out.passages = rounded_up(static_cast<double>(out.passages) * step);
      out.power = reached(out.passages);
    }
    out.group_passages = part(share, out.passages);
    out.most_errors = one.errors_allowed(out.group_passages).value_or(0);
    out.reachable = out.power >= one.design.power && out.passages < largest_count;
    return out;
  }
};

} // namespace

planned_claim plan_limit(const trial_design& design, const design_claim& claim) {
  const limit_planner by{design, claim};
  return in_every_group(claim) ? every_group{by, design.mix.at(claim.group)}.plan() : by.plan();
}

double chance_of_limit(const trial_design& design, const design_claim& claim, std::uint64_t size) {
  const limit_planner by{design, claim};
  return in_every_group(claim) ? every_group{by, design.mix.at(claim.group)}.reached(size) : by.reached(size);
}

budget_answer answer_limit(const trial_design& design, const design_claim& claim, std::uint64_t size) {
  const limit_planner by{design, claim};
  budget_answer out;
  out.power = chance_of_limit(design, claim, size);
  std::uint64_t decisive = size;
  if (in_every_group(claim)) {
    const every_group groups{by, design.mix.at(claim.group)};
    decisive = groups.part(groups.smallest()->second, size);
  } else {
    out.assurance = by.assured(size);
  }
  if (const std::uint64_t people = decisive / design.passes_per_person; people > 0) out.best_limit = distribution::binomial_zero_upper(static_cast<double>(people), design.level.alpha());
  return out;
}

} // namespace lfreval

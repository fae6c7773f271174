#include "report/planner.hpp"

#include <algorithm>

#include <lfreval/identification/planned_systems.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval {

namespace {

constexpr double most_discordant_simulated = 2e4; // beyond, a thousand simulated trials of every size take minutes and say what the normal form says

/// Two systems on the same passages.
struct systems_planner {
  const trial_design& design;
  const design_claim& claim;

  [[nodiscard]] supposed_difference supposed() const { return difference_of(claim, design.rates.at(claim.metric)); }
  /// By how much the system shall be shown to be better: hardly worse is better than minus the margin.
  [[nodiscard]] double beyond() const { return claim.what == design_claim::kind::better ? 0.0 : -claim.factor; }

  [[nodiscard]] double tested() const { return distribution::normal_upper_quantile(design.level.alpha() / 2.0); }
  [[nodiscard]] double wanted() const { return distribution::normal_upper_quantile(1.0 - design.power); }

  /// Independent passages by the normal form.
  [[nodiscard]] double normal_passages() const {
    const supposed_difference s = supposed();
    const double differ = s.better_only + s.worse_only, difference = s.better_only - s.worse_only, distance = difference - beyond();
    const double sum = tested() * std::sqrt(differ) + wanted() * std::sqrt(std::max(0.0, differ - difference * difference));
    return sum * sum / (distance * distance);
  }

  [[nodiscard]] double by_normal(double independent) const {
    const supposed_difference s = supposed();
    const double differ = s.better_only + s.worse_only, difference = s.better_only - s.worse_only, spread = std::sqrt(std::max(1e-300, differ - difference * difference));
    return distribution::normal_above((tested() * std::sqrt(differ) - (difference - beyond()) * std::sqrt(independent)) / spread);
  }

  [[nodiscard]] bool is_simulated(double passages) const { return design.passes_per_person <= most_passes_simulated && passages * (supposed().better_only + supposed().worse_only) <= most_discordant_simulated; }

  /// Where persons do not explain the design effect, so many independent passages of one person each.
  [[nodiscard]] identification::simulated_chance simulated(std::uint64_t passages) const {
    const supposed_difference s = supposed();
    identification::supposed_systems people{design.passes_per_person, std::max(0.0, s.better_only), std::max(0.0, s.worse_only), correlation_of(design).value_or(0.0)};
    std::uint64_t persons = passages / design.passes_per_person;
    if (!correlation_of(design)) {
      people.passes = 1;
      persons = static_cast<std::uint64_t>(static_cast<double>(passages) / design.design_effect);
    }
    return identification::chance_to_tell_apart(people, beyond(), persons, design.level, design.seed);
  }

  [[nodiscard]] double reached(std::uint64_t passages) const {
    return is_simulated(static_cast<double>(passages)) ? simulated(passages).chance : by_normal(static_cast<double>(passages) / design.design_effect);
  }

  [[nodiscard]] planned_claim plan() const {
    constexpr double step = 1.01, first = 0.8; // of what the normal form asks for; its interval is not that of an evaluation
    planned_claim out;
    out.claim = claim;
    const double normal = normal_passages() * design.design_effect;
    if (!(normal < static_cast<double>(largest_count))) return out;
    const auto whole_persons = [&](double passages) { return (rounded_up(passages) + design.passes_per_person - 1) / design.passes_per_person * design.passes_per_person; };
    if (!is_simulated(normal)) {
      out.passages = whole_persons(normal);
      out.power = by_normal(static_cast<double>(out.passages) / design.design_effect);
      out.reachable = true;
      return out;
    }
    // A margin is not kept by fewer people than it takes where the two never differ, which the normal form does not know.
    const double never_differing = beyond() < 0.0 ? std::log(design.level.alpha() / 2.0) / std::log1p(beyond()) * static_cast<double>(design.passes_per_person) : 0.0;
    out.passages = whole_persons(std::max(normal * first, never_differing));
    identification::simulated_chance reached = simulated(out.passages);
    for (int i = 0; i < 400 && reached.chance < design.power; ++i) {
      out.passages = std::max(out.passages + design.passes_per_person, whole_persons(static_cast<double>(out.passages) * step));
      reached = simulated(out.passages);
    }
    out.power = reached.chance;
    out.simulated_trials = reached.trials;
    out.reachable = out.power >= design.power;
    return out;
  }

  /// The difference that so many passages find with the planned power, or the margin that they keep. The normal form carries what the
  /// claim needs to other differences.
  [[nodiscard]] std::optional<double> detectable(double passages) const {
    const planned_claim needed = plan();
    if (!needed.reachable) return std::nullopt;
    const double independent = normal_passages() * passages / static_cast<double>(needed.passages), rate = design.rates.at(claim.metric);
    const auto of = [&](double difference) {
      design_claim one = claim;
      one.factor = difference;
      return one;
    };
    const auto finds = [&](double difference) {
      const design_claim one = of(difference);
      return systems_planner{design, one}.by_normal(independent) - design.power;
    };
    // Differences that both rates and the share of discordant passages allow.
    double most = claim.what == design_claim::kind::no_worse ? 1.0 : of_misses(claim) ? rate : 1.0 - rate;
    if (claim.what == design_claim::kind::better && claim.discordant_share) most = std::min(most, *claim.discordant_share);
    most *= 1.0 - 1e-9;
    const double least = most * 1e-9;
    if (!(independent > 0.0) || finds(most) < 0.0) return std::nullopt;
    return finds(least) < 0.0 ? distribution::root(finds, least, most) : least;
  }
};

} // namespace

planned_claim plan_systems(const trial_design& design, const design_claim& claim) { return systems_planner{design, claim}.plan(); }

double chance_of_systems(const trial_design& design, const design_claim& claim, std::uint64_t size) { return systems_planner{design, claim}.reached(size); }

budget_answer answer_systems(const trial_design& design, const design_claim& claim, std::uint64_t size) {
  const systems_planner by{design, claim};
  budget_answer out;
  out.power = by.reached(size);
  out.detectable_difference = by.detectable(static_cast<double>(size));
  // The chance rises in steps of whole errors: where it says yes and the smooth form no, or the other way round, it has the word.
  const bool does = out.power >= design.power;
  if (does && out.detectable_difference.value_or(1.0) > claim.factor) out.detectable_difference = std::nextafter(claim.factor, 0.0);
  if (!does && out.detectable_difference && *out.detectable_difference <= claim.factor) out.detectable_difference = std::nextafter(claim.factor, 1.0);
  return out;
}

} // namespace lfreval

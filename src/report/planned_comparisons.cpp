#include "report/planner.hpp"

#include <algorithm>

#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval {

namespace {

constexpr double most_events_tested = 1e7; // beyond, the exact test of a ratio takes minutes and says what the normal form says

/// What it takes to find a ratio of one group to a reference.
struct ratio_size {
  double exposure = 0.0, normal = 0.0; ///< independent passages of the group: by the exact test, and by the normal form
  double power = 0.0;
};

struct comparison_planner {
  const trial_design& design;
  const design_claim& claim;

  [[nodiscard]] double error_rate() const { return error_rate_of(design, claim); }
  [[nodiscard]] const std::map<std::string, double>& shares() const { return design.mix.at(claim.group); }
  [[nodiscard]] double reference() const { return shares().at(claim.reference); }
  /// Each of several comparisons with one reference has its part of the error.
  [[nodiscard]] confidence level() const { return confidence::checked(1.0 - design.level.alpha() / static_cast<double>(shares().size() - 1)); }

  [[nodiscard]] double normal_exposure(double allocation) const { return power::rate_ratio_normal_logscale(error_rate(), claim.factor, level(), design.power, allocation).exposure; }

  /// Independent passages of a group, against a reference `allocation` times as large, that find the ratio.
  [[nodiscard]] ratio_size for_ratio(double allocation) const {
    ratio_size out;
    out.normal = out.exposure = normal_exposure(allocation);
    out.power = design.power;
    const double rate = error_rate();
    // The power of an exact test is a saw; passages are added until it holds.
    for (int i = 0; i < 400; ++i, out.exposure *= 1.01) {
      if (out.exposure * rate * (claim.factor + allocation) > most_events_tested) { out.power = design.power; break; }
      out.power = power::rate_ratio_exact_conditional(rate * claim.factor, out.exposure, rate, out.exposure * allocation, level());
      if (out.power >= design.power) break;
    }
    return out;
  }

  /// Independent passages of each of two groups that fare alike which show that they do.
  [[nodiscard]] double for_equivalence() const { return power::equivalence_events(claim.factor, design.level, design.power) / error_rate(); }

  [[nodiscard]] planned_claim plan() const {
    planned_claim out;
    out.claim = claim;
    double most = -1.0;
    for (const auto& [label, share] : shares()) {
      if (label == claim.reference) continue;
      ratio_size size{0.0, 0.0, design.power};
      double total = 0.0;
      if (claim.what == design_claim::kind::ratio) {
        size = for_ratio(reference() / share);
        total = size.exposure / share;
      } else {
        // The smaller of the two groups decides.
        size.exposure = for_equivalence();
        total = size.exposure / std::min(share, reference());
      }
      if (total <= most) continue;
      most = total;
      out.group = label;
      out.group_passages = rounded_up(size.exposure * design.design_effect);
      out.approximate_group_passages = size.normal;
      out.power = size.power;
    }
    out.passages = rounded_up(most * design.design_effect);
    out.reachable = out.passages < largest_count;
    return out;
  }

  /// The chance that so many passages show the claim of the group with this share.
  [[nodiscard]] double reached(double share, double passages) const {
    const double independent = passages / design.design_effect, group = independent * share, other = independent * reference();
    if (!(group > 0.0) || !(other > 0.0)) return 0.0;
    // The normal forms in the number of passages: their square root carries the sum of both quantiles.
    if (claim.what == design_claim::kind::equivalence) {
      const double test = distribution::normal_upper_quantile(design.level.alpha()), both = test + distribution::normal_upper_quantile((1.0 - design.power) / 2.0);
      return std::max(0.0, 1.0 - 2.0 * distribution::normal_above(std::sqrt(std::min(group, other) / for_equivalence()) * both - test));
    }
    if (const double rate = error_rate(); (group * claim.factor + other) * rate <= most_events_tested) return power::rate_ratio_exact_conditional(rate * claim.factor, group, rate, other, level());
    const double test = distribution::normal_upper_quantile(level().alpha() / 2.0), both = test + distribution::normal_upper_quantile(1.0 - design.power);
    return distribution::normal_above(test - std::sqrt(group / normal_exposure(other / group)) * both);
  }

  [[nodiscard]] double reached(std::uint64_t passages) const {
    double least = 1.0;
    for (const auto& [label, share] : shares())
      if (label != claim.reference) least = std::min(least, reached(share, static_cast<double>(passages)));
    return least;
  }

  /// The smallest ratio that the smallest group of this budget finds; nothing when it would find none up to a thousand.
  [[nodiscard]] std::optional<double> detectable(double passages) const {
    double smallest = 1.0;
    for (const auto& [label, share] : shares())
      if (label != claim.reference) smallest = std::min(smallest, share);
    const double rate = error_rate(), group = passages * smallest / design.design_effect, other = passages * reference() / design.design_effect;
    const auto finds = [&](double ratio) { return power::rate_ratio_exact_conditional(rate * ratio, group, rate, other, level()) - design.power; };
    const double most = std::min(1000.0, 1.0 / rate);
    if (!(group > 0.0) || !(other > 0.0) || group * rate * most > most_events_tested || finds(most) < 0.0) return std::nullopt;
    return distribution::root(finds, 1.0 + 1e-9, most);
  }
};

} // namespace

planned_claim plan_comparison(const trial_design& design, const design_claim& claim) { return comparison_planner{design, claim}.plan(); }

double chance_of_comparison(const trial_design& design, const design_claim& claim, std::uint64_t size) { return comparison_planner{design, claim}.reached(size); }

budget_answer answer_comparison(const trial_design& design, const design_claim& claim, std::uint64_t size) {
  const comparison_planner by{design, claim};
  budget_answer out;
  out.power = by.reached(size);
  if (claim.what == design_claim::kind::ratio) out.detectable_ratio = by.detectable(static_cast<double>(size));
  return out;
}

} // namespace lfreval

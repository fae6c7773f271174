#include <lfreval/identification/pareto_fit.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <lfreval/detail/philox.hpp>

#include "pareto_sample.hpp"

namespace lfreval::detail {
namespace {

/// Uniform in (0, 1): the excess number `i` of draw `draw`.
double uniform(std::uint64_t seed, std::uint32_t draw, std::size_t i) {
  constexpr std::uint32_t goodness_of_tail = 0x74616931U;
  const std::uint64_t word =
      philox_word({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i >> 32U), draw, goodness_of_tail},
                  philox_key_of(seed));
  return (static_cast<double>(word >> 11U) + 0.5) * 0x1p-53;
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

estimable<pareto_shape> gpd_lmoments(std::span<const double> excesses) {
  const detail::pareto_sample s("identification::gpd_lmoments", excesses);
  if (s.ascending().size() < 2) return detail::too_few_excesses();
  if (s.ascending().front() == s.largest())
    return detail::no_value(undefined_reason::no_fit, "Record scores with more digits: all excesses are equal.");
  // l2 is half the expected difference of two: sum (2 i - 1 - N) y_(i) / (N (N - 1)).
  const double n = s.count();
  double difference = 0.0;
  for (std::size_t i = 0; i < s.ascending().size(); ++i)
    difference += (2.0 * static_cast<double>(i) + 1.0 - n) * s.ascending()[i];
  const double ratio = s.mean() / (difference / n / (n - 1.0));
  return pareto_shape{s.mean() * (ratio - 1.0), 2.0 - ratio};
}

estimable<pareto_fit> gpd_mle(std::span<const double> excesses) {
  return detail::fit_of(detail::pareto_sample("identification::gpd_mle", excesses));
}

estimable<double> excess_probability(const pareto_shape& fit, double excess) {
  constexpr const char* name = "identification::excess_probability";
  detail::require_shape(name, fit);
  detail::require_amount(name, "excess", excess);
  const double log_p = detail::log_probability(fit, excess);
  if (log_p == detail::impossible)
    return detail::no_value(
        undefined_reason::beyond_end_point,
        "Ask about a lower score: the fit has an end point below this one, which these scores cannot show to be "
        "where scores end.");
  return std::exp(log_p);
}

double excess_at(const pareto_shape& fit, double share) {
  constexpr const char* name = "identification::excess_at";
  detail::require_shape(name, fit);
  if (!(share > 0.0 && share <= 1.0)) detail::wrong_call(name, "share", "does not lie above 0 and up to 1");
  const double r = -std::log(share), w = fit.shape * r;
  return fit.scale * (std::fabs(w) < 1e-10 ? r * (1.0 + w / 2.0) : std::expm1(w) / fit.shape);
}

estimable<pareto_distance> distance_from(const pareto_shape& fit, std::span<const double> excesses) {
  constexpr const char* name = "identification::distance_from";
  detail::require_shape(name, fit);
  const detail::pareto_sample s(name, excesses);
  if (excesses.empty()) return detail::no_value(undefined_reason::empty, "Record scores above the start of the tail.");
  const double n = s.count();
  pareto_distance out;
  double sum = 0.0;
  for (std::size_t i = 0; i < s.ascending().size(); ++i) {
    const double rest = detail::log_probability(fit, s.ascending()[i]),
                 mirrored = detail::log_probability(fit, s.ascending()[s.ascending().size() - 1 - i]),
                 place = static_cast<double>(i);
    if (rest == detail::impossible || mirrored == detail::impossible)
      return detail::no_value(undefined_reason::beyond_end_point, "Fit again: an excess lies where this fit has none.");
    const double below = -std::expm1(rest);
    out.kolmogorov_smirnov = std::max({out.kolmogorov_smirnov, (place + 1.0) / n - below, below - place / n});
    sum += (2.0 * place + 1.0) * (std::log(below) + mirrored);
  }
  out.anderson_darling = -n - sum / n;
  return out;
}

estimable<double> goodness_p_value(std::span<const double> excesses, std::uint64_t seed, std::uint32_t draws) {
  constexpr const char* name = "identification::goodness_p_value";
  if (draws == 0) detail::wrong_call(name, "draws", "are none");
  const detail::pareto_sample s(name, excesses);
  const auto fit = detail::fit_of(s);
  if (!fit) return tl::unexpected(fit.error());
  const auto observed = distance_from(fit->at, excesses);
  if (!observed) return tl::unexpected(observed.error());
  std::vector<double> drawn(excesses.size());
  double as_far = 1.0, all = 1.0;
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    for (std::size_t i = 0; i < drawn.size(); ++i)
      drawn[i] = excess_at(fit->at, detail::uniform(seed, draw, i));
    const auto again = gpd_mle(drawn);
    const auto distance =
        again ? distance_from(again->at, drawn) : estimable<pareto_distance>(tl::unexpected(undefined{}));
    if (!distance) continue; // a draw that the model cannot be fitted to says nothing about the distance
    as_far += distance->anderson_darling >= observed->anderson_darling ? 1.0 : 0.0;
    all += 1.0;
  }
  return as_far / all;
}

} // namespace lfreval::identification

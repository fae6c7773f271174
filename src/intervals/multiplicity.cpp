#include <lfreval/intervals/multiplicity.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::detail {

namespace {

/// The indices of p from the smallest to the largest.
std::vector<std::size_t> ascending(const char* function, std::span<const double> p) {
  for (const double one : p)
    if (!(one >= 0.0 && one <= 1.0)) wrong_call(function, "p", "holds a value outside [0, 1]");
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

/// min over j >= i of factor(j) p_(j), j counted from 1.
template <class Factor> std::vector<double> step_up(const char* function, std::span<const double> p, Factor factor) {
  const auto order = ascending(function, p);
  std::vector<double> out(p.size());
  double least = 1.0;
  for (std::size_t i = p.size(); i-- > 0;) {
    least = std::min(least, factor(static_cast<double>(i + 1)) * p[order[i]]);
    out[order[i]] = least;
  }
  return out;
}

/// The lower triangle L of a correlation matrix = L L^T, row by row; a variable that the earlier ones determine has 0 there.
std::vector<double> triangle_of(std::span<const double> correlation, std::size_t n) {
  constexpr const char* name = "multiplicity::max_z_quantile";
  constexpr double slack = 1e-9;
  std::vector<double> out(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const double given = correlation[i * n + j];
      if (!(std::fabs(given) <= 1.0 + slack) || std::fabs(given - correlation[j * n + i]) > slack)
        wrong_call(name, "correlation", "is not symmetric with entries in [-1, 1]");
      if (i == j && std::fabs(given - 1.0) > slack) wrong_call(name, "correlation", "has a diagonal that is not 1");
      double left = given;
      for (std::size_t k = 0; k < j; ++k) left -= out[i * n + k] * out[j * n + k];
      if (i == j) {
        if (left < -slack) wrong_call(name, "correlation", "has a negative eigenvalue");
        out[i * n + i] = left > slack ? std::sqrt(left) : 0.0;
      } else if (out[j * n + j] > 0.0) {
        out[i * n + j] = left / out[j * n + j];
      } else if (std::fabs(left) > std::sqrt(slack)) {
        wrong_call(name, "correlation", "has a negative eigenvalue");
      }
    }
  return out;
}

/// P(max |z| <= limit) for correlated standard normal z (Genz 1992): each variable is drawn within its limits given those
/// before it, and the chances of the limits are multiplied. The points are folded multiples of square roots of primes.
class rectangle_chance {
public:
  rectangle_chance(std::vector<double> triangle, std::size_t n) : triangle_(std::move(triangle)), n_(n) {
    for (int candidate = 2; steps_.size() + 1 < n; ++candidate) {
      bool prime = true;
      for (int d = 2; d * d <= candidate; ++d) prime = prime && candidate % d != 0;
      if (prime) steps_.push_back(std::sqrt(static_cast<double>(candidate)));
    }
  }

  [[nodiscard]] double operator()(double limit) const {
    constexpr int points = 20'000;
    std::vector<double> y(n_);
    double sum = 0.0, weights = 0.0;
    for (int point = 1; point <= points; ++point) {
      double product = 1.0;
      for (std::size_t i = 0; i < n_ && product > 0.0; ++i) {
        double centre = 0.0;
        for (std::size_t k = 0; k < i; ++k) centre += triangle_[i * n_ + k] * y[k];
        const double own = triangle_[i * n_ + i];
        if (own == 0.0) {
          y[i] = 0.0;
          product *= std::fabs(centre) <= limit ? 1.0 : 0.0;
          continue;
        }
        const double above = distribution::normal_above((limit - centre) / own);
        const double within = distribution::normal_above((-limit - centre) / own) - above;
        product *= within;
        if (i + 1 == n_ || !(within > 0.0)) break;
        const double turn = point * steps_[i], place = turn - std::floor(turn), folded = std::fabs(2.0 * place - 1.0);
        y[i] = distribution::normal_upper_quantile(std::clamp(above + folded * within, 1e-300, 1.0 - 1e-16));
      }
      // Weights that rise and fall let the error of such points shrink with the square of their number (Niederreiter 1973).
      const double weight = std::min(point, points + 1 - point);
      sum += weight * product;
      weights += weight;
    }
    return sum / weights;
  }

private:
  std::vector<double> triangle_, steps_;
  std::size_t n_;
};

} // namespace

} // namespace lfreval::detail

namespace lfreval::multiplicity {

std::vector<double> holm(std::span<const double> p) {
  const auto order = detail::ascending("multiplicity::holm", p);
  std::vector<double> out(p.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    largest = std::max(largest, static_cast<double>(p.size() - i) * p[order[i]]);
    out[order[i]] = std::min(1.0, largest);
  }
  return out;
}

std::vector<double> hochberg(std::span<const double> p) {
  const auto n = static_cast<double>(p.size());
  return detail::step_up("multiplicity::hochberg", p, [=](double i) { return n - i + 1.0; });
}

std::vector<double> hommel(std::span<const double> p) {
  const auto order = detail::ascending("multiplicity::hommel", p);
  const std::size_t n = p.size();
  std::vector<double> sorted(n), out(n);
  for (std::size_t i = 0; i < n; ++i) sorted[i] = p[order[i]];
  // The closed test by Simes' inequality: for every number m of hypotheses, the smallest p value at which the intersection of
  // this one with the m - 1 largest others is rejected (Wright 1992).
  double simes = n == 0 ? 1.0 : static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) simes = std::min(simes, static_cast<double>(n) * sorted[i] / static_cast<double>(i + 1));
  std::vector<double> largest(n, simes), at(n);
  for (std::size_t m = n; m-- > 2;) {
    const std::size_t split = n - m + 1;
    const auto size = static_cast<double>(m);
    double others = size;
    for (std::size_t i = split; i < n; ++i) others = std::min(others, size * sorted[i] / static_cast<double>(i - split + 2));
    for (std::size_t i = 0; i < split; ++i) at[i] = std::min(size * sorted[i], others);
    for (std::size_t i = split; i < n; ++i) at[i] = at[split - 1];
    for (std::size_t i = 0; i < n; ++i) largest[i] = std::max(largest[i], at[i]);
  }
  for (std::size_t i = 0; i < n; ++i) out[order[i]] = std::min(1.0, std::max(largest[i], sorted[i]));
  return out;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  const auto n = static_cast<double>(p.size());
  return detail::step_up("multiplicity::benjamini_hochberg", p, [=](double i) { return n / i; });
}

std::vector<double> benjamini_yekutieli(std::span<const double> p) {
  const auto n = static_cast<double>(p.size());
  double harmonic = 0.0;
  for (std::size_t i = 1; i <= p.size(); ++i) harmonic += 1.0 / static_cast<double>(i);
  return detail::step_up("multiplicity::benjamini_yekutieli", p, [=](double i) { return harmonic * n / i; });
}

simultaneous_limits bonferroni_clopper_pearson(std::span<const cluster_tally> groups, confidence together, sides on) {
  simultaneous_limits out;
  out.together = together;
  for (const cluster_tally& g : groups) {
    detail::require_trials("multiplicity::bonferroni_clopper_pearson", g.events, g.exposure);
    out.family += g.exposure > 0 ? 1U : 0U;
  }
  const auto level = confidence::checked(1.0 - together.alpha() / static_cast<double>(std::max<std::size_t>(out.family, 1)));
  for (const cluster_tally& g : groups) out.groups.push_back(binomial::clopper_pearson(g.events, g.exposure, level, on));
  return out;
}

double max_z_quantile(std::size_t groups, confidence together) {
  if (groups == 0) detail::wrong_call("multiplicity::max_z_quantile", "groups", "are none");
  return distribution::normal_upper_quantile(-std::expm1(std::log(together.level()) / static_cast<double>(groups)) / 2.0);
}

double max_z_quantile(std::span<const double> correlation, confidence together) {
  constexpr const char* name = "multiplicity::max_z_quantile";
  std::size_t n = 0;
  while (n * n < correlation.size()) ++n;
  if (n == 0 || n * n != correlation.size()) detail::wrong_call(name, "correlation", "is not square");
  if (n > 20) detail::wrong_call(name, "correlation", "has more than 20 groups");
  const detail::rectangle_chance within(detail::triangle_of(correlation, n), n);
  const double low = max_z_quantile(std::size_t{1}, together), high = max_z_quantile(n, together); // Sidak's inequality
  const auto excess = [&](double limit) { return within(limit) - together.level(); };
  if (n == 1 || excess(low) >= 0.0) return low;
  return excess(high) <= 0.0 ? high : distribution::root(excess, low, high);
}

estimable<double> max_t_quantile(const max_t_input& from, confidence together) {
  constexpr const char* name = "multiplicity::max_t_quantile";
  const std::size_t groups = from.estimates.size();
  if (groups == 0) detail::wrong_call(name, "estimates", "are none");
  if (from.standard_errors.size() != groups || from.effective_events.size() != groups)
    detail::wrong_call(name, "standard_errors", "and effective events are not one per estimate");
  if (from.replicates.size() % groups != 0) detail::wrong_call(name, "replicates", "are not whole rows of all groups");
  for (std::size_t g = 0; g < groups; ++g) {
    if (!std::isfinite(from.estimates[g])) detail::wrong_call(name, "estimates", "are not finite");
    if (!(from.standard_errors[g] > 0.0) || !std::isfinite(from.standard_errors[g]))
      detail::wrong_call(name, "standard_errors", "are not finite numbers above 0");
    if (!(from.effective_events[g] >= 0.0)) detail::wrong_call(name, "effective_events", "are negative or not numbers");
  }
  for (const double effective : from.effective_events)
    if (effective < 20.0)
      return detail::no_value(undefined_reason::few_effective_events,
                              "Use Bonferroni's correction of exact intervals: a group has fewer than 20 effective events.");
  const std::size_t draws = from.replicates.size() / groups;
  std::vector<double> largest(draws, 0.0);
  for (std::size_t b = 0; b < draws; ++b)
    for (std::size_t g = 0; g < groups; ++g) {
      const double distance = std::fabs(from.replicates[b * groups + g] - from.estimates[g]) / from.standard_errors[g];
      if (!std::isfinite(distance)) detail::wrong_call(name, "replicates", "are not finite");
      largest[b] = std::max(largest[b], distance);
    }
  // A product that is whole but for rounding is that whole number: 0.95 times 1,000 is 950.
  const auto rank = static_cast<std::size_t>(std::ceil(static_cast<double>(draws + 1) * together.level() * (1.0 - 1e-12)));
  if (rank > draws) detail::wrong_call(name, "replicates", "are too few for this confidence");
  std::nth_element(largest.begin(), largest.begin() + static_cast<std::ptrdiff_t>(rank - 1), largest.end());
  return largest[rank - 1];
}

} // namespace lfreval::multiplicity

#include <lfreval/intervals/paired.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <lfreval/intervals/quantile.hpp>

namespace lfreval::detail {

namespace {

/// n times the variance of one pair's difference when the difference is `d`: the share of second-only passages takes the
/// value that is most likely under that restriction, the larger root of 2n q^2 + B q + C = 0.
double tango_variance(double b, double c, double n, double d) {
  const double linear = (2.0 * n - b + c) * d - b - c, constant = -c * d * (1.0 - d);
  const double root = std::sqrt(std::max(0.0, linear * linear - 8.0 * n * constant));
  const double q = linear > 0.0 ? -2.0 * constant / (linear + root) : (root - linear) / (4.0 * n);
  return std::max(0.0, n * (2.0 * q + d * (1.0 - d)));
}

/// The lower root of (b - c - n d)^2 = z^2 V(d). Where one count is all or nothing V vanishes at the estimate itself, which
/// hides the root: closed forms.
double tango_lower(double b, double c, double n, double z) {
  if (c == n) return -1.0;
  if (b + c == 0.0) return -z * z / (n + z * z);
  if (b == n) return (n - z * z) / (n + z * z);
  return distribution::root([=](double d) { return b - c - n * d - z * std::sqrt(tango_variance(b, c, n, d)); }, -1.0,
                            (b - c) / n);
}

} // namespace

} // namespace lfreval::detail

namespace lfreval::paired {

estimable<mcnemar_test> mcnemar_exact(std::uint64_t first_only, std::uint64_t second_only) {
  detail::require_count("paired::mcnemar_exact", "first_only", first_only);
  detail::require_count("paired::mcnemar_exact", "second_only", second_only);
  const auto n = static_cast<double>(first_only + second_only), low = static_cast<double>(std::min(first_only, second_only));
  if (n == 0.0) return detail::no_value(undefined_reason::no_events, "Test on passages where the two differ: there are none.");
  const double tail = distribution::beta_above(low + 1.0, n - low, 0.5), at = distribution::binomial_at(low, n, 0.5);
  return mcnemar_test{std::min(1.0, 2.0 * tail), std::min(1.0, 2.0 * tail - at)};
}

estimable<rate_ratio_estimate> discordant_ratio(std::uint64_t first_only, std::uint64_t second_only, confidence level,
                                                       sides on) {
  return rate_ratio::conditional_exact(first_only, 1.0, second_only, 1.0, level, on);
}

estimable<difference_estimate> tango(const discordant& counts, confidence level, sides on) {
  constexpr const char* name = "paired::tango";
  detail::require_count(name, "first_only", counts.first_only);
  detail::require_count(name, "second_only", counts.second_only);
  detail::require_trials(name, counts.first_only + counts.second_only, counts.passages);
  const double q = detail::tail(level, on);
  if (q > 0.5) detail::wrong_call(name, "level", "is below 1/2");
  if (counts.passages == 0)
    return detail::no_value(undefined_reason::empty, "Record at least one passage that both judged.", -1.0, 1.0);
  const auto b = static_cast<double>(counts.first_only), c = static_cast<double>(counts.second_only),
             n = static_cast<double>(counts.passages);
  const double z = distribution::normal_upper_quantile(q);
  // Exchanging the two systems turns the interval over.
  return difference_estimate{(b - c) / n,
                             {on == sides::upper ? -1.0 : detail::tango_lower(b, c, n, z),
                              on == sides::lower ? 1.0 : -detail::tango_lower(c, b, n, z), level,
                              interval_method::tango_score, on}};
}

interval tango_effective(double first_only, double second_only, double passages, confidence level, sides on) {
  constexpr const char* name = "paired::tango_effective";
  detail::require_amount(name, "first_only", first_only);
  detail::require_amount(name, "second_only", second_only);
  detail::require_amount(name, "passages", passages);
  if (passages == 0.0) detail::wrong_call(name, "passages", "are none");
  if (first_only + second_only > passages) detail::wrong_call(name, "passages", "are fewer than those that differ");
  const double q = detail::tail(level, on);
  if (q > 0.5) detail::wrong_call(name, "level", "is below 1/2");
  const double z = distribution::normal_upper_quantile(q);
  return {on == sides::upper ? -1.0 : detail::tango_lower(first_only, second_only, passages, z),
          on == sides::lower ? 1.0 : -detail::tango_lower(second_only, first_only, passages, z), level,
          interval_method::tango_effective, on};
}

estimable<cluster::mean_and_variance> cluster_difference(std::span<const discordant> persons) {
  constexpr const char* name = "paired::cluster_difference";
  detail::wide_integer net = 0, squares = 0, cross = 0, sizes = 0;
  std::uint64_t passages = 0, count = 0;
  for (const discordant& one : persons) {
    detail::require_count(name, "first_only", one.first_only);
    detail::require_count(name, "second_only", one.second_only);
    detail::require_trials(name, one.first_only + one.second_only, one.passages);
    passages += one.passages;
    detail::require_count(name, "total of passages", passages);
    const auto d = static_cast<detail::wide_integer>(one.first_only) - static_cast<detail::wide_integer>(one.second_only);
    const auto n = static_cast<detail::wide_integer>(one.passages);
    net += d;
    squares += d * d;
    cross += d * n;
    sizes += n * n;
    count += one.passages > 0 ? 1 : 0;
  }
  if (count == 0) return detail::no_value(undefined_reason::empty, "Record at least one passage that both judged.", -1.0, 1.0);
  if (count == 1) return tl::unexpected(detail::one_cluster_only());
  const double n = static_cast<double>(passages), d = static_cast<double>(net) / n, p = static_cast<double>(count);
  // Exact sums, expanded once, do not depend on the order of the persons; only rounding can take the total below 0.
  const double residuals = static_cast<double>(squares) - 2.0 * d * static_cast<double>(cross) + d * d * static_cast<double>(sizes);
  return cluster::mean_and_variance{d, p / (p - 1.0) * std::max(0.0, residuals) / n / n};
}

estimable<permutation::permutation_test> sign_flip(std::span<const discordant> persons) {
  constexpr const char* name = "paired::sign_flip";
  std::vector<std::int64_t> net;
  std::int64_t observed = 0;
  std::uint64_t passages = 0;
  for (const discordant& one : persons) {
    detail::require_count(name, "first_only", one.first_only);
    detail::require_count(name, "second_only", one.second_only);
    detail::require_trials(name, one.first_only + one.second_only, one.passages);
    passages += one.passages;
    detail::require_count(name, "total of passages", passages);
    const auto d = static_cast<std::int64_t>(one.first_only) - static_cast<std::int64_t>(one.second_only);
    observed += d;
    if (d != 0) net.push_back(d);
  }
  if (net.empty()) return detail::no_value(undefined_reason::no_events, "Test on persons for whom the two differ: there are none.");
  if (net.size() > 20) detail::wrong_call(name, "persons", "include more than 20 for whom the counts differ");
  permutation::permutation_test out{static_cast<double>(observed) / static_cast<double>(passages), 1.0, 0,
                                    std::uint64_t{1} << net.size(), true};
  for (std::uint64_t flips = 0; flips < out.arrangements; ++flips) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < net.size(); ++i) sum += (flips >> i & 1U) != 0 ? -net[i] : net[i];
    out.as_far += (sum < 0 ? -sum : sum) >= (observed < 0 ? -observed : observed) ? 1U : 0U;
  }
  out.p_value = static_cast<double>(out.as_far) / static_cast<double>(out.arrangements);
  return out;
}

} // namespace lfreval::paired

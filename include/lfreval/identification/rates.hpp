/// @file
/// Rates as numbers between 0 and 1 that know what they are per. A false match rate is per comparison with one list
/// entry, a false positive identification rate per search of the whole list: neither becomes the other by assignment.
#pragma once

#include <compare>
#include <stdexcept>
#include <type_traits>

#include <lfreval/types/metric.hpp>

namespace lfreval::identification {

/// The value of one metric. Values of two metrics neither convert nor compare; nothing adds.
template <metric_id Metric> class rate_value {
public:
  static constexpr metric_id metric = Metric;

  /// Throws `std::invalid_argument` outside [0, 1].
  constexpr explicit rate_value(double value) : value_(value) {
    if (!(value >= 0.0 && value <= 1.0)) throw std::invalid_argument("rate_value: outside [0, 1]");
  }
  /// M10. Fails to compile and says so.
  template <metric_id Other> constexpr explicit rate_value(rate_value<Other> other) : value_(other.value()) {
    static_assert(
        Other == Metric,
        "lfreval M10: a rate per comparison is not a rate per search, nor one rate another: project a false match "
        "rate to a list by identification::binomial_scaling, and call it a projection");
  }

  [[nodiscard]] constexpr double value() const noexcept { return value_; }

  friend constexpr bool operator==(rate_value, rate_value) = default;
  friend constexpr auto operator<=>(rate_value, rate_value) = default;

private:
  double value_;
};

using false_match_rate = rate_value<metric_id::false_match_rate>;
using false_positive_identification_rate = rate_value<metric_id::false_positive_identification_rate>;
using true_positive_identification_rate = rate_value<metric_id::true_positive_identification_rate>;

static_assert(!std::is_convertible_v<false_match_rate, false_positive_identification_rate>);
static_assert(!std::is_convertible_v<false_positive_identification_rate, false_match_rate>);
static_assert(!std::is_convertible_v<double, false_match_rate>);
static_assert(!std::is_convertible_v<false_match_rate, double>);

} // namespace lfreval::identification

#include <lfreval/identification/area_under_curve.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/cluster.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval::detail {
namespace {

using identification::area_difference, identification::area_estimate;

/// One system's scores, mated first: -infinity for a passage without one, below every score and equal to each other.
struct two_samples {
  std::vector<float> mated, nonmated;
};

float place_of(const char* function, const std::optional<float>& score) {
  if (!score) return -std::numeric_limits<float>::infinity();
  if (!finite(*score)) wrong_call(function, "passages", "hold a score that is not finite");
  return *score + 0.0F;
}

/// Twice the number of the others below, plus those equal: a whole number for every passage.
std::vector<std::uint64_t> wins(const std::vector<float>& over, const std::vector<float>& ascending_others) {
  std::vector<std::uint64_t> out;
  out.reserve(over.size());
  for (const float s : over) {
    const auto equal = std::equal_range(ascending_others.begin(), ascending_others.end(), s);
    out.push_back(static_cast<std::uint64_t>((equal.first - ascending_others.begin()) +
                                             (equal.second - ascending_others.begin())));
  }
  return out;
}

/// What an area and its variance are made of: for every passage twice the pairs it wins, mated first.
struct won_pairs {
  std::vector<std::uint64_t> mated, nonmated;
  wide_integer total = 0; ///< twice the pairs won by mated passages

  explicit won_pairs(two_samples scores) {
    two_samples sorted = scores;
    std::sort(sorted.mated.begin(), sorted.mated.end());
    std::sort(sorted.nonmated.begin(), sorted.nonmated.end());
    mated = wins(scores.mated, sorted.nonmated);
    nonmated = wins(scores.nonmated, sorted.mated);
    for (std::uint64_t& won : nonmated)
      won = 2 * scores.mated.size() - won; // pairs that the mated passage wins
    for (const std::uint64_t won : mated)
      total += static_cast<wide_integer>(won);
  }
  [[nodiscard]] double m() const { return static_cast<double>(mated.size()); }
  [[nodiscard]] double n() const { return static_cast<double>(nonmated.size()); }
  [[nodiscard]] double area() const { return static_cast<double>(total) / (2.0 * m() * n()); }
};

/// Per person, summed exactly: (V10_c - m_c A) and (V01_c - n_c A), as whole numbers over 2 m n.
struct residual {
  wide_integer mated = 0, nonmated = 0;
  bool has_mated = false, has_nonmated = false;
};

/// Who passed: mated, then non-mated.
struct owners {
  std::vector<std::uint64_t> mated, nonmated;
};

/// Every passage of its own when no persons are told apart.
owners each_alone(std::size_t mated, std::size_t nonmated) {
  owners out;
  for (std::size_t i = 0; i < mated; ++i)
    out.mated.push_back(i);
  for (std::size_t i = 0; i < nonmated; ++i)
    out.nonmated.push_back(mated + i);
  return out;
}

std::vector<residual> residuals_of(const won_pairs& won, const owners& who) {
  std::map<std::uint64_t, residual> sums;
  const auto m = static_cast<wide_integer>(won.mated.size()), n = static_cast<wide_integer>(won.nonmated.size());
  // V10_i - A = (won_i m - total) / (2 m n); V01_j - A = (won_j n - total) / (2 m n).
  for (std::size_t i = 0; i < won.mated.size(); ++i) {
    residual& r = sums[who.mated[i]];
    r.mated += static_cast<wide_integer>(won.mated[i]) * m - won.total;
    r.has_mated = true;
  }
  for (std::size_t j = 0; j < won.nonmated.size(); ++j) {
    residual& r = sums[who.nonmated[j]];
    r.nonmated += static_cast<wide_integer>(won.nonmated[j]) * n - won.total;
    r.has_nonmated = true;
  }
  std::vector<residual> out;
  for (const auto& one : sums)
    out.push_back(one.second);
  return out;
}

struct area_variance {
  double value = 0.0;
  std::uint64_t persons = 0;
  flag_set flags;
};

/// Obuchowski's variance of an area, or of a difference of two when the residuals are differences; their product when
/// `other` are those of another area. With one passage a person it is DeLong's.
estimable<area_variance> variance_from(const std::vector<residual>& residuals, const std::vector<residual>& other,
                                       double m, double n) {
  double with_mated = 0.0, with_nonmated = 0.0;
  std::vector<double> mated, nonmated, crossed;
  const double scale = 2.0 * m * n;
  for (std::size_t c = 0; c < residuals.size(); ++c) {
    const residual &a = residuals[c], &b = other[c];
    const double a10 = static_cast<double>(a.mated) / scale, b10 = static_cast<double>(b.mated) / scale;
    const double a01 = static_cast<double>(a.nonmated) / scale, b01 = static_cast<double>(b.nonmated) / scale;
    with_mated += a.has_mated ? 1.0 : 0.0;
    with_nonmated += a.has_nonmated ? 1.0 : 0.0;
    mated.push_back(a10 * b10);
    nonmated.push_back(a01 * b01);
    if (a.has_mated && a.has_nonmated) crossed.push_back((a10 * b01 + b10 * a01) / 2.0);
  }
  if (with_mated < 2.0 || with_nonmated < 2.0)
    return no_value(undefined_reason::one_cluster,
                    "Record a second mated and a second non-mated passage, of other people.");
  // Sorted: the ids by which persons were summed may be any.
  const auto sum = [](std::vector<double> values) {
    std::sort(values.begin(), values.end());
    double out = 0.0;
    for (const double v : values)
      out += v;
    return out;
  };
  const double count = static_cast<double>(residuals.size());
  const double s10 = with_mated / (with_mated - 1.0) * sum(mated) / m / m,
               s01 = with_nonmated / (with_nonmated - 1.0) * sum(nonmated) / n / n;
  const double s11 = count / (count - 1.0) * sum(crossed) / m / n;
  area_variance out{s10 + s01 + 2.0 * s11, residuals.size(), {}};
  if (&residuals == &other && out.value < std::max(s10, s01)) {
    out.value = std::max(s10, s01);
    out.flags |= flag::nonpsd_guard;
  }
  return out;
}

void require_size(const char* function, std::size_t mated, std::size_t nonmated) {
  if (std::max(mated, nonmated) > (std::size_t{1} << 30U))
    wrong_call(function, "passages", "are more than 2^30 of a kind");
}

tl::unexpected<undefined> one_sided_data(bool no_mated) {
  return no_value(undefined_reason::empty,
                  no_mated ? "Record passages by people known to be on the list."
                           : "Record passages by people who are not on the list.",
                  0.0, 1.0);
}

/// An area with both intervals, from its variance.
area_estimate with_limits(double area, std::uint64_t mated, std::uint64_t nonmated,
                          const estimable<area_variance>& variance, bool by_person, confidence level, sides on) {
  area_estimate out;
  out.area = area;
  out.mated = mated;
  out.nonmated = nonmated;
  const bool separated = area == 0.0 || area == 1.0;
  if (separated) out.flags |= flag::perfect_separation;
  if (!by_person) out.flags |= flag::assumes_independence;
  if (on != sides::two) out.flags |= flag::one_sided;
  if (!variance) {
    out.variance = tl::unexpected(variance.error());
    out.limits = tl::unexpected(variance.error());
    out.symmetric = tl::unexpected(variance.error());
    return out;
  }
  out.persons = by_person ? variance->persons : 0;
  out.flags |= variance->flags;
  out.variance = variance->value;
  const double error = std::sqrt(variance->value);
  if (separated) {
    out.limits = out.symmetric =
        no_value(undefined_reason::all_events,
                 "Record more passages: the scores of these do not overlap, which gives no variance.");
    return out;
  }
  out.symmetric = bounded(
      level, by_person ? interval_method::obuchowski : interval_method::delong, on, 1.0,
      [&](double q) { return std::max(0.0, area - distribution::normal_upper_quantile(q) * error); },
      [&](double q) { return std::min(1.0, area + distribution::normal_upper_quantile(q) * error); });
  const double odds = area / (1.0 - area), spread = error / (area * (1.0 - area));
  const auto limit = [&](double sign, double q) {
    return 1.0 / (1.0 + std::exp(-sign * distribution::normal_upper_quantile(q) * spread) / odds);
  };
  out.limits = bounded(
      level, by_person ? interval_method::obuchowski_logit : interval_method::delong_logit, on, 1.0,
      [&](double q) { return limit(-1.0, q); }, [&](double q) { return limit(1.0, q); });
  return out;
}

area_estimate area_of(two_samples scores, const owners& who, bool by_person, confidence level, sides on) {
  const std::uint64_t m = scores.mated.size(), n = scores.nonmated.size();
  const won_pairs won(std::move(scores));
  const std::vector<residual> residuals = residuals_of(won, who);
  return with_limits(won.area(), m, n, variance_from(residuals, residuals, won.m(), won.n()), by_person, level, on);
}

estimable<area_difference> difference_of(const char* function, std::span<const identification::passage_of_two> mated,
                                         std::span<const identification::passage_of_two> nonmated, bool by_person,
                                         confidence level, sides on) {
  require_size(function, mated.size(), nonmated.size());
  two_samples first, second;
  owners who = each_alone(mated.size(), nonmated.size());
  for (std::size_t i = 0; i < mated.size(); ++i) {
    first.mated.push_back(place_of(function, mated[i].first));
    second.mated.push_back(place_of(function, mated[i].second));
    if (by_person) who.mated[i] = mated[i].person;
  }
  for (std::size_t i = 0; i < nonmated.size(); ++i) {
    first.nonmated.push_back(place_of(function, nonmated[i].first));
    second.nonmated.push_back(place_of(function, nonmated[i].second));
    if (by_person) who.nonmated[i] = nonmated[i].person;
  }
  if (mated.empty() || nonmated.empty()) return one_sided_data(mated.empty());
  const won_pairs a(first), b(second);
  const std::vector<residual> of_a = residuals_of(a, who), of_b = residuals_of(b, who);
  std::vector<residual> between = of_a;
  for (std::size_t c = 0; c < between.size(); ++c) {
    between[c].mated -= of_b[c].mated;
    between[c].nonmated -= of_b[c].nonmated;
  }
  area_difference out;
  out.first = area_of(std::move(first), who, by_person, level, on);
  out.second = area_of(std::move(second), who, by_person, level, on);
  out.difference = static_cast<double>(a.total - b.total) / (2.0 * a.m() * a.n());
  const auto variance = variance_from(between, between, a.m(), a.n());
  const auto covariance = variance_from(of_a, of_b, a.m(), a.n());
  if (!variance) {
    out.limits = tl::unexpected(variance.error());
    out.z = tl::unexpected(variance.error());
    out.p_value = tl::unexpected(variance.error());
    return out;
  }
  out.covariance = covariance->value;
  out.variance = variance->value;
  if (out.variance == 0.0) {
    const auto why =
        no_value(undefined_reason::no_events, "Compare on passages that the two order differently: there are none.");
    out.limits = why;
    out.z = why;
    out.p_value = why;
    return out;
  }
  const double error = std::sqrt(out.variance), z = out.difference / error;
  out.limits = interval{
      on == sides::upper
          ? -1.0
          : std::max(-1.0, out.difference - distribution::normal_upper_quantile(tail(level, on)) * error),
      on == sides::lower ? 1.0
                         : std::min(1.0, out.difference + distribution::normal_upper_quantile(tail(level, on)) * error),
      level, by_person ? interval_method::obuchowski : interval_method::delong, on};
  out.z = z;
  out.p_value = 2.0 * distribution::normal_above(std::fabs(z));
  return out;
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

estimable<area_estimate> delong(std::span<const std::optional<float>> mated,
                                std::span<const std::optional<float>> nonmated, confidence level, sides on) {
  constexpr const char* name = "identification::delong";
  detail::require_size(name, mated.size(), nonmated.size());
  detail::two_samples scores;
  for (const auto& s : mated)
    scores.mated.push_back(detail::place_of(name, s));
  for (const auto& s : nonmated)
    scores.nonmated.push_back(detail::place_of(name, s));
  if (mated.empty() || nonmated.empty()) return detail::one_sided_data(mated.empty());
  return detail::area_of(std::move(scores), detail::each_alone(mated.size(), nonmated.size()), false, level, on);
}

estimable<area_estimate> clustered_area(std::span<const person_passage> mated, std::span<const person_passage> nonmated,
                                        confidence level, sides on) {
  constexpr const char* name = "identification::clustered_area";
  detail::require_size(name, mated.size(), nonmated.size());
  detail::two_samples scores;
  detail::owners who;
  for (const person_passage& p : mated) {
    scores.mated.push_back(detail::place_of(name, p.score));
    who.mated.push_back(p.person);
  }
  for (const person_passage& p : nonmated) {
    scores.nonmated.push_back(detail::place_of(name, p.score));
    who.nonmated.push_back(p.person);
  }
  if (mated.empty() || nonmated.empty()) return detail::one_sided_data(mated.empty());
  return detail::area_of(std::move(scores), who, true, level, on);
}

estimable<area_difference> delong_paired(std::span<const passage_of_two> mated,
                                         std::span<const passage_of_two> nonmated, confidence level, sides on) {
  return detail::difference_of("identification::delong_paired", mated, nonmated, false, level, on);
}

estimable<area_difference> clustered_area_difference(std::span<const passage_of_two> mated,
                                                     std::span<const passage_of_two> nonmated, confidence level,
                                                     sides on) {
  return detail::difference_of("identification::clustered_area_difference", mated, nonmated, true, level, on);
}

} // namespace lfreval::identification

#include <lfreval/series/change_points.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::series {

namespace {

/// Running sums of values around their median, so that squares do not cancel.
class sums {
public:
  explicit sums(std::span<const double> values) : plain_(values.size() + 1), squared_(values.size() + 1) {
    std::vector<double> sorted(values.begin(), values.end());
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    const double centre = sorted[sorted.size() / 2];
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double v = values[i] - centre;
      plain_[i + 1] = plain_[i] + v;
      squared_[i + 1] = squared_[i] + v * v;
    }
    centre_ = centre;
  }

  [[nodiscard]] double plain(std::size_t i) const { return plain_[i]; }
  [[nodiscard]] double squared(std::size_t i) const { return squared_[i]; }
  /// Sum of squared residuals around the mean of [from, to).
  [[nodiscard]] double cost(std::size_t from, std::size_t to) const {
    const double sum = plain_[to] - plain_[from];
    return std::max(0.0, squared_[to] - squared_[from] - sum * sum / static_cast<double>(to - from));
  }
  [[nodiscard]] double mean(std::size_t from, std::size_t to) const {
    return centre_ + (plain_[to] - plain_[from]) / static_cast<double>(to - from);
  }
  [[nodiscard]] double variance(std::size_t from, std::size_t to) const {
    return cost(from, to) / (static_cast<double>(to - from) - 1.0);
  }

private:
  std::vector<double> plain_, squared_;
  double centre_ = 0.0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

double noise_of(std::span<const double> values) {
  std::vector<double> differences;
  for (std::size_t i = 1; i < values.size(); ++i) differences.push_back(std::fabs(values[i] - values[i - 1]));
  return median(std::move(differences)) / (0.6745 * std::sqrt(2.0));
}

/// Starts of segments that may still be the last one of an optimal partition, side by side in memory.
struct candidates {
  std::vector<std::size_t> start;
  std::vector<double> best, sum; ///< least cost up to the start less the squares up to it; plain sum up to it
  std::vector<std::size_t> gone; ///< first end for which the start is out

  void add(std::size_t at, double cost, double plain) {
    start.push_back(at);
    best.push_back(cost);
    sum.push_back(plain);
    gone.push_back(static_cast<std::size_t>(-1));
  }

  void drop(std::size_t end) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < start.size(); ++i) {
      if (gone[i] <= end) continue;
      start[kept] = start[i];
      best[kept] = best[i];
      sum[kept] = sum[i];
      gone[kept] = gone[i];
      ++kept;
    }
    start.resize(kept);
    best.resize(kept);
    sum.resize(kept);
    gone.resize(kept);
  }
};

/// The breaks of the optimal partition and its cost. A start that costs more up to `end` than stopping there is out for
/// every end that leaves room for a segment in between (PELT).
std::pair<std::vector<std::size_t>, double> partition(const sums& s, std::size_t n, std::size_t shortest, double penalty) {
  std::vector<double> least(n + 1, 0.0); // cost up to here less the squares up to here
  std::vector<std::size_t> came(n + 1, 0);
  std::vector<double> reciprocal(n + 1, 0.0), tried;
  for (std::size_t i = 1; i <= n; ++i) reciprocal[i] = 1.0 / static_cast<double>(i);
  least[0] = -penalty;
  candidates open;
  for (std::size_t end = shortest; end <= n; ++end) {
    const std::size_t newest = end - shortest;
    if (newest == 0 || newest >= shortest) open.add(newest, least[newest], s.plain(newest));
    const double plain = s.plain(end);
    double lowest = 0.0;
    std::size_t from = 0;
    bool some_gone = false;
    tried.resize(open.start.size());
    for (std::size_t i = 0; i < open.start.size(); ++i) {
      const double sum = plain - open.sum[i];
      tried[i] = open.best[i] - sum * sum * reciprocal[end - open.start[i]];
    }
    for (std::size_t i = 0; i < tried.size(); ++i)
      if (i == 0 || tried[i] < lowest) { lowest = tried[i]; from = open.start[i]; }
    least[end] = lowest + penalty;
    came[end] = from;
    // The margin keeps a start whose cost ties with stopping up to rounding.
    const double margin = least[end] + 1e-9 * (penalty + s.squared(end));
    for (std::size_t i = 0; i < tried.size(); ++i) {
      if (tried[i] > margin) open.gone[i] = std::min(open.gone[i], end + shortest);
      some_gone = some_gone || open.gone[i] <= end + 1;
    }
    if (some_gone) open.drop(end + 1);
  }
  std::vector<std::size_t> breaks;
  for (std::size_t at = came[n]; at > 0; at = came[at]) breaks.push_back(at);
  std::reverse(breaks.begin(), breaks.end());
  return {breaks, least[n] + s.squared(n)};
}

break_location within(const std::vector<double>& costs, std::size_t first, double limit) {
  break_location out;
  for (std::size_t i = 0; i < costs.size(); ++i)
    if (costs[i] <= limit) out.positions.push_back(first + i);
  out.first = out.positions.front();
  out.last = out.positions.back();
  return out;
}

interval ratio_limits(const sums& s, std::size_t from, std::size_t at, std::size_t to, confidence level) {
  const auto n1 = static_cast<double>(at - from), n2 = static_cast<double>(to - at);
  const double v1 = s.variance(from, at) / n1, v2 = s.variance(at, to) / n2, both = v1 + v2;
  const double difference = s.mean(at, to) - s.mean(from, at);
  double reach = 0.0;
  if (both > 0.0) {
    const double degrees = both * both / (v1 * v1 / (n1 - 1.0) + v2 * v2 / (n2 - 1.0));
    reach = distribution::student_t_upper_quantile(level.alpha() / 2.0, degrees) * std::sqrt(both);
  }
  return {std::exp(difference - reach), std::exp(difference + reach), level, interval_method::welch_t, sides::two};
}

} // namespace

estimable<change_point_analysis> change_points(std::span<const double> values, confidence level,
                                               const change_point_options& how) {
  constexpr const char* name = "series::change_points";
  if (how.shortest < 2) detail::wrong_call(name, "shortest", "is below 2");
  if (!std::isfinite(how.penalty_factor) || how.penalty_factor <= 0.0)
    detail::wrong_call(name, "penalty_factor", "is not a finite number above 0");
  for (const double v : values)
    if (!std::isfinite(v)) detail::wrong_call(name, "values", "hold one that is not finite; leave out deployments without faces");
  const std::size_t n = values.size();
  if (n < 2 * how.shortest)
    return detail::no_value(undefined_reason::empty, "Record more deployments: a change needs two segments of the shortest length.");
  change_point_analysis out;
  out.deployments = n;
  out.noise = noise_of(values);
  if (!(out.noise > 0.0))
    return detail::no_value(undefined_reason::empty, "Record the values in more detail: most neighbours are equal, so that "
                                                     "their noise cannot be told from 0.");
  const double unit = out.noise * out.noise;
  out.penalty = how.penalty_factor * std::log(static_cast<double>(n));
  const sums s(values);
  const auto [breaks, cost] = partition(s, n, how.shortest, out.penalty * unit);
  out.cost = cost;

  const double z = distribution::normal_upper_quantile(level.alpha() / 2.0);
  const double near_margin = z * z, location_margin = -2.0 * std::log1p(-std::sqrt(level.level()));
  for (std::size_t b = 0; b < breaks.size(); ++b) {
    const std::size_t from = b == 0 ? 0 : breaks[b - 1], to = b + 1 == breaks.size() ? n : breaks[b + 1];
    change_point one;
    one.at = breaks[b];
    std::vector<double> costs;
    for (std::size_t at = from + how.shortest; at + how.shortest <= to; ++at) costs.push_back(s.cost(from, at) + s.cost(at, to));
    const double best = s.cost(from, one.at) + s.cost(one.at, to);
    one.near_best = within(costs, from + how.shortest, best + near_margin * unit);
    one.location = within(costs, from + how.shortest, best + location_margin * unit);
    one.level_before = s.mean(from, one.at);
    one.level_after = s.mean(one.at, to);
    one.ratio = std::exp(one.level_after - one.level_before);
    one.ratio_limits = ratio_limits(s, from, one.at, to, level);
    one.gain = (s.cost(from, to) - best) / unit;
    out.breaks.push_back(std::move(one));
  }
  return out;
}

} // namespace lfreval::series

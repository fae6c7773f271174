#include <lfreval/proportionality/pareto.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/intervals/argument.hpp>

namespace lfreval::decision {

namespace {

/// On the front or equal to a point that is, point by point.
void mark_front(std::span<const operating_point> points, std::vector<std::size_t>& order, std::vector<char>& on) {
  order.resize(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
    if (points[i].burden != points[j].burden) return points[i].burden < points[j].burden;
    if (points[i].benefit != points[j].benefit) return points[i].benefit > points[j].benefit;
    return i < j;
  });
  on.assign(points.size(), 0);
  double most = -std::numeric_limits<double>::infinity(), burden_of_most = 0.0;
  for (const std::size_t i : order) {
    const bool better = points[i].benefit > most, equal = points[i].benefit == most && points[i].burden == burden_of_most;
    if (!better && !equal) continue;
    on[i] = better ? 1 : 2; // 2: a tie with one that is on it already
    most = points[i].benefit;
    burden_of_most = points[i].burden;
  }
}

void require_replicates(const char* function, const replicated_points& of) {
  if (of.replicates() == 0) detail::wrong_call(function, "replicated_points", "hold no replicate");
}

double rate(const cluster_tally& of) { return static_cast<double>(of.events) / static_cast<double>(of.exposure); }

} // namespace

std::vector<std::size_t> pareto_front(std::span<const operating_point> points) {
  for (const operating_point& p : points)
    if (std::isnan(p.burden) || std::isnan(p.benefit)) detail::wrong_call("decision::pareto_front", "points", "hold a NaN");
  std::vector<std::size_t> order, out;
  std::vector<char> on;
  mark_front(points, order, on);
  for (std::size_t i = 0; i < points.size(); ++i)
    if (on[i] == 1) out.push_back(i);
  return out;
}

estimable<replicated_points> replicate_points(std::span<const std::uint64_t> entities, std::span<const point_clusters> points,
                                              const replicate_request& request) {
  constexpr const char* name = "decision::replicate_points";
  if (points.empty()) detail::wrong_call(name, "points", "are none");
  if (request.replicates == 0) detail::wrong_call(name, "replicates", "are none");
  const std::size_t clusters = entities.size();
  replicated_points out;
  out.points = points.size();
  out.asked = request.replicates;
  for (const point_clusters& p : points) {
    if (p.benefit.size() != clusters || p.burden.size() != clusters) detail::wrong_call(name, "points", "do not have one tally per entity");
    cluster_tally right, wrong;
    for (std::size_t c = 0; c < clusters; ++c) {
      for (const cluster_tally& one : {p.benefit[c], p.burden[c]})
        for (const std::uint64_t n : {one.events, one.exposure}) detail::require_count(name, "count", n);
      right.events += p.benefit[c].events;
      right.exposure += p.benefit[c].exposure;
      wrong.events += p.burden[c].events;
      wrong.exposure += p.burden[c].exposure;
      for (const std::uint64_t n : {right.events, right.exposure, wrong.events, wrong.exposure}) detail::require_count(name, "total", n * bootstrap::largest_weight);
    }
    if (right.exposure == 0 || wrong.exposure == 0) return detail::no_value(undefined_reason::empty, "Leave out operating points at which nobody could be found or nobody could be harmed.");
    out.observed.push_back({rate(wrong), rate(right)});
  }
  if (clusters < 2) return detail::no_value(undefined_reason::one_cluster, "Record a second person or deployment: one cannot be resampled.");
  std::vector<operating_point> drawn(request.replicates * points.size());
  std::vector<char> met(request.replicates, 1);
  detail::parallel_for(request.replicates, request.threads, [&](std::size_t r) {
    std::vector<std::uint64_t> weights(clusters);
    for (std::size_t c = 0; c < clusters; ++c) weights[c] = bootstrap::poisson_weight(entities[c], static_cast<std::uint32_t>(r), request.from);
    for (std::size_t k = 0; k < points.size(); ++k) {
      cluster_tally right, wrong;
      for (std::size_t c = 0; c < clusters; ++c) {
        right.events += weights[c] * points[k].benefit[c].events;
        right.exposure += weights[c] * points[k].benefit[c].exposure;
        wrong.events += weights[c] * points[k].burden[c].events;
        wrong.exposure += weights[c] * points[k].burden[c].exposure;
      }
      if (right.exposure == 0 || wrong.exposure == 0) met[r] = 0;
      else drawn[r * points.size() + k] = {rate(wrong), rate(right)};
    }
  });
  for (std::size_t r = 0; r < request.replicates; ++r)
    if (met[r] != 0) out.drawn.insert(out.drawn.end(), drawn.begin() + static_cast<std::ptrdiff_t>(r * points.size()), drawn.begin() + static_cast<std::ptrdiff_t>((r + 1) * points.size()));
  if ((request.replicates - out.replicates()) * 100 > request.replicates)
    return detail::no_value(undefined_reason::empty_replicates, "Record more persons or deployments: too many resampled trials met nobody at some operating point.");
  return out;
}

front_certainty certainty_of_front(const replicated_points& of) {
  require_replicates("decision::certainty_of_front", of);
  front_certainty out;
  out.front = pareto_front(of.observed);
  std::vector<std::uint64_t> counted(of.points, 0);
  std::vector<std::size_t> order;
  std::vector<char> on;
  for (std::size_t r = 0; r < of.replicates(); ++r) {
    mark_front(of.replicate(r), order, on);
    for (std::size_t k = 0; k < of.points; ++k) counted[k] += on[k] != 0 ? 1 : 0;
  }
  for (const std::uint64_t n : counted) out.inclusion.push_back(static_cast<double>(n) / static_cast<double>(of.replicates()));
  return out;
}

double probability_dominates(const replicated_points& of, std::size_t a, std::size_t b) {
  constexpr const char* name = "decision::probability_dominates";
  require_replicates(name, of);
  if (a >= of.points || b >= of.points) detail::wrong_call(name, "point", "is out of range");
  std::uint64_t counted = 0;
  for (std::size_t r = 0; r < of.replicates(); ++r) counted += dominates(of.replicate(r)[a], of.replicate(r)[b]) ? 1 : 0;
  return static_cast<double>(counted) / static_cast<double>(of.replicates());
}

estimable<std::vector<dominance>> simultaneous_dominance(const replicated_points& of, confidence level) {
  constexpr const char* name = "decision::simultaneous_dominance";
  constexpr double fewest_beyond = 20.0;
  require_replicates(name, of);
  std::vector<dominance> out;
  const std::size_t pairs = of.points * (of.points - 1) / 2, replicates = of.replicates();
  if (pairs == 0) return out;
  const double error = level.alpha() / (2.0 * static_cast<double>(pairs)); // of the two limits of one difference together
  const double beyond = error / 2.0 * static_cast<double>(replicates);
  if (beyond < fewest_beyond)
    return detail::no_value(undefined_reason::few_effective_events, "Compare fewer operating points, or draw more replicates: these do not reach so far into the tails.");
  const auto below = static_cast<std::size_t>(std::floor(beyond)) - 1;
  const auto limits = [&](std::vector<double>& differences) {
    std::sort(differences.begin(), differences.end());
    return interval{differences[below], differences[replicates - 1 - below], confidence::checked(1.0 - error), interval_method::bootstrap_percentile, sides::two};
  };
  std::vector<double> benefit(replicates), burden(replicates);
  for (std::size_t a = 0; a < of.points; ++a)
    for (std::size_t b = 0; b < of.points; ++b) {
      if (a == b || !dominates(of.observed[a], of.observed[b])) continue;
      for (std::size_t r = 0; r < replicates; ++r) {
        const auto here = of.replicate(r);
        benefit[r] = here[a].benefit - here[b].benefit;
        burden[r] = here[a].burden - here[b].burden;
      }
      dominance one{a, b, 0.0, limits(benefit), limits(burden)};
      const bool nothing = one.more_benefit.upper == 0.0 && one.more_burden.lower == 0.0;
      if (one.more_benefit.lower < 0.0 || one.more_burden.upper > 0.0 || nothing) continue;
      one.probability = probability_dominates(of, a, b);
      out.push_back(one);
    }
  return out;
}

} // namespace lfreval::decision

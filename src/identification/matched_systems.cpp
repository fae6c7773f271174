#include <lfreval/identification/matched_systems.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/intervals/sorted_clusters.hpp>

namespace lfreval::detail {
namespace {

using identification::scored_by_both;

struct scored_person {
  float score;
  std::uint32_t person;
};

/// The scores of one system over non-mated passages, the highest first.
class descending_scores {
public:
  template <class Score>
  descending_scores(std::span<const scored_by_both> rows, const std::vector<std::uint32_t>& persons, Score score) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (const std::optional<float> s = score(rows[i])) rows_.push_back({*s + 0.0F, persons[i]});
    std::sort(rows_.begin(), rows_.end(), [](const scored_person& a, const scored_person& b) {
      return a.score != b.score ? a.score > b.score : a.person < b.person;
    });
  }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] float lowest() const { return rows_.back().score; }
  [[nodiscard]] const std::vector<scored_person>& rows() const { return rows_; }

  /// The highest score that more than `allowed` weighted passages reach; nothing when all of them may alert.
  template <class Weight>
  [[nodiscard]] std::optional<float> excluded(std::uint64_t allowed, const Weight& weight) const {
    std::uint64_t reaching = 0;
    for (const scored_person& one : rows_) {
      reaching += weight(one.person);
      if (reaching > allowed) return one.score;
    }
    return std::nullopt;
  }

private:
  std::vector<scored_person> rows_;
};

/// The smallest threshold above what is excluded, and the lowest recorded score when nothing is.
float set_above(const descending_scores& scores, const std::optional<float>& excluded) {
  return excluded ? std::nextafter(*excluded, std::numeric_limits<float>::infinity()) : scores.lowest();
}

bool alerts(const std::optional<float>& score, float at) { return score && *score >= at; }

/// Codes of persons, equal ids equal, in order of the ids.
std::vector<std::uint64_t> ids_of(std::span<const scored_by_both> a, std::span<const scored_by_both> b) {
  std::vector<std::uint64_t> out;
  for (const auto rows : {a, b})
    for (const scored_by_both& row : rows)
      out.push_back(row.person);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::uint32_t> codes_of(std::span<const scored_by_both> rows, const std::vector<std::uint64_t>& ids) {
  std::vector<std::uint32_t> out;
  for (const scored_by_both& row : rows)
    out.push_back(static_cast<std::uint32_t>(std::lower_bound(ids.begin(), ids.end(), row.person) - ids.begin()));
  return out;
}

double effective_events(const char* function, const std::vector<cluster_tally>& clusters) {
  const sorted_clusters c(function, clusters);
  if (c.events == 0 || c.events == c.exposure || c.rows.size() < 2) return static_cast<double>(c.events);
  return static_cast<double>(c.events) / std::max(1.0, c.variance() / c.independent_variance(metric_family::share));
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

std::uint64_t allowed_errors(double target, std::uint64_t trials) {
  detail::require_target("identification::allowed_errors", target);
  detail::require_count("identification::allowed_errors", "trials", trials);
  const auto n = static_cast<double>(trials);
  double k = std::floor(target * n);
  while (k > 0.0 && k / n > target)
    k -= 1.0;
  while (k < n && (k + 1.0) / n <= target)
    k += 1.0;
  return static_cast<std::uint64_t>(k);
}

estimable<matched_comparison> compare_at_matched_fpir(std::span<const scored_by_both> nonmated,
                                                      std::span<const scored_by_both> mated,
                                                      const matching_request& wanted) {
  constexpr const char* name = "identification::compare_at_matched_fpir";
  constexpr double fewest_effective_events = 20.0;
  detail::require_target(name, wanted.target);
  for (const auto rows : {nonmated, mated})
    for (const scored_by_both& row : rows)
      if ((row.first && !detail::finite(*row.first)) || (row.second && !detail::finite(*row.second)))
        detail::wrong_call(name, "passages", "hold a score that is not finite");
  if (nonmated.empty())
    return detail::no_value(undefined_reason::empty, "Record passages by people who are not on the list.", -1.0, 1.0);
  if (mated.empty())
    return detail::no_value(undefined_reason::empty, "Record passages by people known to be on the list.", -1.0, 1.0);

  const std::vector<std::uint64_t> ids = detail::ids_of(nonmated, mated);
  const std::vector<std::uint32_t> passers = detail::codes_of(nonmated, ids), listed = detail::codes_of(mated, ids);
  const detail::descending_scores first(nonmated, passers, [](const scored_by_both&r) { return r.first; }),
      second(nonmated, passers, [](const scored_by_both&r) { return r.second; });
  if (first.empty() || second.empty())
    return detail::no_value(undefined_reason::not_recorded,
                            "Record the highest score of passages by people who are not on the list.");

  matched_comparison out;
  out.target = wanted.target;
  out.nonmated = nonmated.size();
  out.mated = mated.size();
  out.persons = ids.size();
  out.allowed = allowed_errors(wanted.target, out.nonmated);
  const auto once = [](std::uint32_t) { return std::uint64_t{1}; };
  const auto set = [&](matched_system& system, const detail::descending_scores& scores) {
    const auto excluded = scores.excluded(out.allowed, once);
    const float at = detail::set_above(scores, excluded);
    if (!detail::finite(at)) return false;
    system.at = threshold(at);
    system.lowest_recorded = !excluded;
    std::vector<cluster_tally> clusters(ids.size());
    for (const std::uint32_t person : passers)
      ++clusters[person].exposure;
    for (const detail::scored_person& one : scores.rows()) {
      if (one.score < at) break;
      ++system.false_positives;
      ++clusters[one.person].events;
    }
    system.effective_false_positives = detail::effective_events(name, clusters);
    return true;
  };
  if (!set(out.first, first) || !set(out.second, second))
    return detail::no_value(undefined_reason::beyond_end_point, "Check the scores: no float lies above the highest.");

  std::vector<judged_passage> rows;
  for (const scored_by_both& row : mated) {
    rows.push_back({row.person, detail::alerts(row.first, out.first.at.value()),
                    detail::alerts(row.second, out.second.at.value())});
    out.first.identified += rows.back().first ? 1 : 0;
    out.second.identified += rows.back().second ? 1 : 0;
  }
  const auto fixed = compare_judgements(rows, wanted.level, wanted.on);
  if (!fixed) return tl::unexpected(fixed.error());
  out.at_these_thresholds = *fixed;
  out.difference = fixed->difference;

  if (ids.size() == 1) {
    out.limits = tl::unexpected(detail::one_cluster_only());
    return out;
  }
  if (out.first.effective_false_positives < fewest_effective_events ||
      out.second.effective_false_positives < fewest_effective_events ||
      fixed->effective_discordant < fewest_effective_events) {
    out.limits = detail::no_value(
        undefined_reason::few_effective_events,
        "Match at a higher rate, or record more people: limits are read from replicates from 20 effective "
        "false positives of each system and 20 effective passages on which they differ.");
    return out;
  }

  std::vector<std::uint64_t> passages_of(ids.size());
  for (const std::uint32_t person : passers)
    ++passages_of[person];
  std::vector<double> differences(wanted.replicates,
                                  std::numeric_limits<double>::quiet_NaN()); // NaN: the replicate met nobody
  detail::parallel_for(wanted.replicates, wanted.threads, [&](std::size_t b) {
    std::vector<std::uint64_t> weights(ids.size());
    std::uint64_t trials = 0, exposure = 0;
    for (std::size_t c = 0; c < ids.size(); ++c) {
      weights[c] = bootstrap::poisson_weight(ids[c], static_cast<std::uint32_t>(b), wanted.from);
      trials += weights[c] * passages_of[c];
    }
    for (const std::uint32_t person : listed)
      exposure += weights[person];
    if (trials == 0 || exposure == 0) return;
    const std::uint64_t allowed = allowed_errors(wanted.target, trials);
    const auto weight = [&](std::uint32_t person) { return weights[person]; };
    const float at_first = detail::set_above(first, first.excluded(allowed, weight)),
                at_second = detail::set_above(second, second.excluded(allowed, weight));
    std::int64_t net = 0;
    for (std::size_t i = 0; i < mated.size(); ++i) {
      const int sign =
          (detail::alerts(mated[i].first, at_first) ? 1 : 0) - (detail::alerts(mated[i].second, at_second) ? 1 : 0);
      net += sign * static_cast<std::int64_t>(weights[listed[i]]);
    }
    differences[b] = static_cast<double>(net) / static_cast<double>(exposure);
  });
  std::vector<double> met;
  for (const double d : differences)
    if (!std::isnan(d)) met.push_back(d);
  const auto dropped = static_cast<std::uint32_t>(differences.size() - met.size());
  if (std::uint64_t{100} * dropped > wanted.replicates) {
    out.limits = detail::no_value(undefined_reason::empty_replicates,
                                  "Record more people: more than one replicate in a hundred met none of one kind.");
    return out;
  }
  out.limits = bootstrap::percentiles_of(std::move(met), out.difference, -1.0, 1.0, dropped, wanted.level, wanted.on);
  const auto reach = [&](const interval& i) {
    return wanted.on == sides::upper   ? i.upper - out.difference
           : wanted.on == sides::lower ? out.difference - i.lower
                                       : i.upper - i.lower;
  };
  if (reach(fixed->clustered) > 0.0) out.widening = reach(out.limits->limits) / reach(fixed->clustered);
  return out;
}

} // namespace lfreval::identification

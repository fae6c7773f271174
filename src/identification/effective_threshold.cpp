#include <lfreval/identification/effective_threshold.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <lfreval/intervals/clustered_limits.hpp>
#include <lfreval/intervals/sorted_clusters.hpp>
#include <lfreval/intervals/zero_events.hpp>

#include "choose.hpp"

namespace lfreval::detail {
namespace {

/// The upper limit of a clustered share while events are added one by one: exact integer sums of x_c^2, x_c n_c and
/// n_c^2.
class growing_events {
public:
  explicit growing_events(const passages_by_person& by) : clusters_(by.persons()), events_of_(by.persons()) {
    for (std::size_t c = 0; c < clusters_; ++c) {
      const wide_integer n = static_cast<wide_integer>(by.size(c));
      squared_sizes_ += n * n;
    }
    total_ = static_cast<wide_integer>(by.rows.size());
    skew_ = static_cast<double>(by.most) * static_cast<double>(clusters_) / static_cast<double>(total_);
  }

  void add(std::size_t person, std::size_t size) {
    const auto x = static_cast<wide_integer>(events_of_[person]++);
    events_ += 1;
    squared_events_ += 2 * x + 1;
    products_ += static_cast<wide_integer>(size);
  }

  /// The one-sided limit that `judge` uses; needs at least one event, and one trial without.
  [[nodiscard]] double upper(double q) const {
    const auto n = static_cast<double>(total_), c = static_cast<double>(clusters_);
    // N^2 sum (x_c - p n_c)^2, below 2^124 for up to 2^31 passages.
    const wide_integer squares =
        total_ * total_ * squared_events_ - 2 * total_ * events_ * products_ + events_ * events_ * squared_sizes_;
    const double p = static_cast<double>(events_) / n, without = static_cast<double>(total_ - events_) / n;
    const double variance = c / (c - 1.0) * (static_cast<double>(squares) / n / n) / n / n;
    const double kernel = static_cast<double>(squared_sizes_) / n / n;
    const double effect = variance / (p * without / n);
    return clustered_moments{metric_family::share, p, n, c, effect, skew_, kernel}.checking_upper(q);
  }
  [[nodiscard]] bool all() const { return events_ == total_; }

private:
  std::size_t clusters_;
  std::vector<std::uint64_t> events_of_;
  wide_integer total_ = 0, events_ = 0, squared_events_ = 0, products_ = 0, squared_sizes_ = 0;
  double skew_ = 1.0;
};

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

choosable<threshold_choice> threshold_from_effective_exposure(std::span<const person_passage> passages,
                                                              const threshold_request& wanted) {
  constexpr const char* name = "identification::threshold_from_effective_exposure";
  detail::require_target(name, wanted.target);
  const detail::passages_by_person by(name, passages);
  if (by.rows.empty()) return detail::none_chosen(no_threshold_reason::empty, "Record non-mated passages.");
  if (by.persons() == 1)
    return detail::none_chosen(no_threshold_reason::one_person,
                               "Record a second person: one cannot show how much people differ.");

  struct scored { float score; std::uint32_t person; };
  std::vector<scored> descending;
  std::vector<cluster_tally> without_events;
  std::vector<float> scores;
  for (std::size_t c = 0; c < by.persons(); ++c) {
    without_events.push_back({0, by.size(c)});
    for (std::size_t i = by.begins[c]; i < by.begins[c + 1]; ++i)
      if (by.rows[i].score) {
        descending.push_back({*by.rows[i].score, static_cast<std::uint32_t>(c)});
        scores.push_back(*by.rows[i].score);
      }
  }
  std::sort(descending.begin(), descending.end(), [](const scored& a, const scored& b) { return a.score > b.score; });

  const double q = detail::tail(wanted.level, sides::upper);
  double bound = detail::water_fill(detail::sorted_clusters(name, without_events), q).upper;
  if (bound > wanted.target)
    return detail::too_few({{}, by.persons(), passages_needed(wanted.target, wanted.level)},
                           "persons who pass without being on the list");

  threshold_choice out;
  out.method = threshold_method::effective_exposure;
  out.promise = threshold_promise::asymptotic;
  out.rate = threshold_rate::per_passage;
  out.target = wanted.target;
  out.level = wanted.level;
  out.chance_kept = wanted.level.level();
  out.trials = out.passages = by.rows.size();
  out.persons = by.persons();
  detail::growing_events so_far(by);
  std::optional<float> excluded;
  for (std::size_t i = 0; i < descending.size() && !excluded;) {
    const float at = descending[i].score;
    std::size_t next = i;
    for (; next < descending.size() && descending[next].score == at; ++next)
      so_far.add(descending[next].person, by.size(descending[next].person));
    const double upper = so_far.all() ? 1.0 : so_far.upper(q);
    if (upper > wanted.target) {
      excluded = at;
    } else {
      bound = upper;
      out.allowed = i = next;
    }
  }
  out.bound = bound;
  return detail::set_above(excluded, score_steps::of(scores, by.rows.size() - scores.size()), wanted, out);
}

} // namespace lfreval::identification

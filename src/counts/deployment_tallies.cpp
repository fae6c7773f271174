#include <lfreval/counts/deployment_tallies.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/types/date.hpp>

namespace lfreval {

namespace {

/// The choice of one value per disputed row that makes total events / total exposure extreme: the best choice at a guessed
/// ratio improves the guess until nothing changes (Dinkelbach 1967). Ends after finitely many steps, in practice two or three.
std::vector<cluster_tally> extreme(std::vector<cluster_tally> sure, const std::vector<std::vector<cluster_tally>>& disputed, double direction) {
  double events = 0, exposure = 0;
  for (const cluster_tally& c : sure) { events += static_cast<double>(c.events); exposure += static_cast<double>(c.exposure); }
  std::vector<cluster_tally> chosen;
  for (const auto& candidates : disputed) chosen.push_back(candidates.front());
  double ratio = -1;
  for (;;) {
    double e = events, n = exposure;
    for (const cluster_tally& c : chosen) { e += static_cast<double>(c.events); n += static_cast<double>(c.exposure); }
    const double next = n > 0 ? e / n : 0;
    if (next == ratio) break;
    ratio = next;
    const auto value = [&](const cluster_tally& c) { return direction * (static_cast<double>(c.events) - ratio * static_cast<double>(c.exposure)); };
    for (std::size_t i = 0; i < chosen.size(); ++i)
      chosen[i] = *std::max_element(disputed[i].begin(), disputed[i].end(), [&](const auto& x, const auto& y) { return value(x) < value(y); });
  }
  sure.insert(sure.end(), chosen.begin(), chosen.end());
  return sure;
}

} // namespace

std::vector<cluster_tally> metric_tallies::lowest() const { return extreme(clusters, disputed, -1); }
std::vector<cluster_tally> metric_tallies::highest() const { return extreme(clusters, disputed, 1); }
std::vector<cluster_tally> metric_tallies::lowest_reading() const { return extreme(fewest, disputed_fewest, -1); }
std::vector<cluster_tally> metric_tallies::highest_reading() const { return extreme(most, disputed_most, 1); }

std::optional<double> faces_cv_of(std::span<const deployment_record* const> members, bool shared) {
  if (std::none_of(members.begin(), members.end(), [](const deployment_record* r) { return r->faces && r->faces_cv; })) return std::nullopt;
  double total = 0, together = 0, apart = 0;
  // Ordered by value, so that the sums do not depend on the order of the deployments.
  std::vector<std::pair<std::uint64_t, double>> rows;
  for (const deployment_record* r : members) {
    if (!r->faces) continue;
    rows.emplace_back(r->faces->value(), r->faces_cv.value_or(0.0));
  }
  std::sort(rows.begin(), rows.end());
  for (const auto& [n, cv] : rows) {
    const double off = static_cast<double>(n) * cv;
    total += static_cast<double>(n);
    together += off;
    apart += off * off;
  }
  if (total == 0) return std::nullopt;
  return (shared ? together : std::sqrt(apart)) / total;
}

conditions conditions_of(std::span<const deployment_record* const> members) {
  conditions out;
  for (const deployment_record* r : members) {
    const std::uint64_t weight = r->faces ? r->faces->value() : 0;
    out.system.add(r->system);
    out.threshold.add(r->threshold);
    out.site.add(r->site);
    if (r->use_case.size() == 1) {
      out.use_case.add_known(*r->use_case.begin());
    } else {
      std::optional<std::string> use_case;
      for (const std::string& one : r->use_case) use_case = use_case ? *use_case + "+" + one : one;
      out.use_case.add(use_case);
    }
    out.faces_counting_rule.add(r->faces_counting_rule);
    if (r->label_source.empty()) ++out.label_source.unknown; else out.label_source.add_known(r->label_source);
    out.fusion.add(r->fusion);
    out.watchlist_images.add(r->watchlist_images ? std::optional(r->watchlist_images->value()) : std::nullopt, weight);
    out.watchlist_persons.add(r->watchlist_persons ? std::optional(r->watchlist_persons->value()) : std::nullopt, weight);
    if (r->date) {
      out.from = out.from ? std::min(*out.from, *r->date) : *r->date;
      out.to = out.to ? std::max(*out.to, *r->date) : *r->date;
    }
  }
  return out;
}

} // namespace lfreval

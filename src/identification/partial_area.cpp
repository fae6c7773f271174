#include <lfreval/identification/partial_area.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval::detail {
namespace {

struct ranked_passage {
  float score;
  std::uint32_t person;
  bool mated;
};

/// The area over false positive rates up to `highest` when passage i counts `weight(person)` times; nothing without
/// passages of either kind. Equal scores are added as whole numbers first, so that their order does not matter.
template <class Weight>
std::optional<double> area_up_to(const std::vector<ranked_passage>& descending, double highest, const Weight& weight) {
  std::uint64_t mated = 0, nonmated = 0;
  for (const ranked_passage& p : descending)
    (p.mated ? mated : nonmated) += weight(p.person);
  if (mated == 0 || nonmated == 0) return std::nullopt;
  const double end = highest * static_cast<double>(nonmated);
  double area = 0.0, x = 0.0, y = 0.0;
  for (std::size_t i = 0; i < descending.size() && x < end;) {
    std::uint64_t right = 0, up = 0;
    const float score = descending[i].score;
    for (; i < descending.size() && descending[i].score == score; ++i)
      (descending[i].mated ? up : right) += weight(descending[i].person);
    const double dx = std::min(static_cast<double>(right), end - x), rise = static_cast<double>(up);
    const double part = right == 0 ? 0.0 : dx / static_cast<double>(right);
    area += dx * (y + part * rise / 2.0);
    x += static_cast<double>(right);
    y += rise;
  }
  return area / static_cast<double>(nonmated) / static_cast<double>(mated);
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

estimable<partial_area_estimate> partial_area(std::span<const person_passage> mated,
                                              std::span<const person_passage> nonmated,
                                              const partial_area_request& wanted) {
  constexpr const char* name = "identification::partial_area";
  constexpr std::uint64_t fewest_persons = 20;
  const double f = wanted.highest_rate;
  if (!(f > 0.0 && f <= 1.0)) detail::wrong_call(name, "highest_rate", "does not lie above 0 and up to 1");
  std::vector<std::uint64_t> ids;
  for (const auto rows : {mated, nonmated})
    for (const person_passage& p : rows) {
      if (p.score && !detail::finite(*p.score)) detail::wrong_call(name, "passages", "hold a score that is not finite");
      ids.push_back(p.person);
    }
  if (mated.empty())
    return detail::no_value(undefined_reason::empty, "Record passages by people known to be on the list.", 0.0, f);
  if (nonmated.empty())
    return detail::no_value(undefined_reason::empty, "Record passages by people who are not on the list.", 0.0, f);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<detail::ranked_passage> descending;
  for (const bool is_mated : {true, false})
    for (const person_passage& p : is_mated ? mated : nonmated)
      descending.push_back(
          {p.score ? *p.score + 0.0F : -std::numeric_limits<float>::infinity(),
           static_cast<std::uint32_t>(std::lower_bound(ids.begin(), ids.end(), p.person) - ids.begin()), is_mated});
  std::sort(descending.begin(), descending.end(),
            [](const detail::ranked_passage& a, const detail::ranked_passage& b) { return a.score > b.score; });

  partial_area_estimate out;
  out.highest_rate = f;
  out.mated = mated.size();
  out.nonmated = nonmated.size();
  out.area = *detail::area_up_to(descending, f, [](std::uint32_t) { return std::uint64_t{1}; });
  out.mcclish = (1.0 + (out.area - f * f / 2.0) / (f - f * f / 2.0)) / 2.0;
  std::vector<bool> is_mated(ids.size()), decides(ids.size());
  double seen = 0.0;
  const double end = f * static_cast<double>(nonmated.size());
  for (std::size_t i = 0; i < descending.size(); ++i) {
    if (descending[i].mated)
      is_mated[descending[i].person] = true;
    else if (seen < end)
      decides[descending[i].person] = true, seen += 1.0;
  }
  out.mated_persons = static_cast<std::uint64_t>(std::count(is_mated.begin(), is_mated.end(), true));
  out.deciding_persons = static_cast<std::uint64_t>(std::count(decides.begin(), decides.end(), true));
  if (out.mated_persons < fewest_persons || out.deciding_persons < fewest_persons) {
    out.limits = detail::no_value(
        undefined_reason::few_effective_events,
        "Cut the area at a higher rate, or record more people: limits are read from replicates from 20 people on "
        "either side of the curve on.");
    return out;
  }
  std::vector<double> areas(wanted.replicates,
                            std::numeric_limits<double>::quiet_NaN()); // NaN: the replicate met nobody
  detail::parallel_for(wanted.replicates, wanted.threads, [&](std::size_t b) {
    std::vector<std::uint64_t> weights(ids.size());
    for (std::size_t c = 0; c < ids.size(); ++c)
      weights[c] = bootstrap::poisson_weight(ids[c], static_cast<std::uint32_t>(b), wanted.from);
    if (const auto area = detail::area_up_to(descending, f, [&](std::uint32_t person) { return weights[person]; }))
      areas[b] = *area;
  });
  std::vector<double> met;
  for (const double area : areas)
    if (!std::isnan(area)) met.push_back(area);
  const auto dropped = static_cast<std::uint32_t>(areas.size() - met.size());
  if (std::uint64_t{100} * dropped > wanted.replicates) {
    out.limits = detail::no_value(undefined_reason::empty_replicates,
                                  "Record more people: more than one replicate in a hundred met none of one kind.");
    return out;
  }
  out.limits = bootstrap::percentiles_of(std::move(met), out.area, 0.0, f, dropped, wanted.level, wanted.on);
  return out;
}

} // namespace lfreval::identification

#include <lfreval/disparity/worst_group.hpp>

#include <optional>

#include <lfreval/detail/philox.hpp>

namespace lfreval::fairness {
namespace {

bool in_first_half(const group_cluster& one, std::uint32_t split, const half_split_options& how) {
  const auto word = detail::philox_word({static_cast<std::uint32_t>(one.entity), static_cast<std::uint32_t>(one.entity >> 32U), split, how.stream},
                                        detail::philox_key_of(how.seed));
  return (word >> 63U) == 0;
}

struct choice {
  std::size_t group = 0;
  double rate = 0.0;
  std::size_t seen = 0; ///< groups with exposure in the half
  bool events = false;
};

choice choose(std::span<const group_cluster> clusters, std::size_t groups, std::uint32_t split, const half_split_options& how) {
  std::vector<cluster_tally> sums(groups);
  for (const group_cluster& one : clusters) {
    if (!in_first_half(one, split, how)) continue;
    sums[one.group].events += one.tally.events;
    sums[one.group].exposure += one.tally.exposure;
  }
  choice out;
  for (std::size_t g = 0; g < groups; ++g) {
    if (sums[g].exposure == 0) continue;
    const double rate = static_cast<double>(sums[g].events) / static_cast<double>(sums[g].exposure);
    if (out.seen == 0 || (how.end == worst_end::highest ? rate > out.rate : rate < out.rate)) {
      out.group = g;
      out.rate = rate;
    }
    ++out.seen;
    out.events = out.events || sums[g].events > 0;
  }
  return out;
}

} // namespace

estimable<worst_group> worst_by_half_split(std::span<const group_cluster> clusters, std::size_t groups, confidence level,
                                           const half_split_options& how) {
  constexpr const char* name = "fairness::worst_by_half_split";
  for (const group_cluster& one : clusters) {
    if (one.group >= groups) detail::wrong_call(name, "clusters", "name a group beyond the last");
    if (one.tally.exposure == 0 && one.tally.events > 0) detail::wrong_call(name, "clusters", "hold events without exposure");
  }
  const choice first = choose(clusters, groups, 0, how);
  if (first.seen < 2) return detail::no_value(undefined_reason::empty, "Record more people in at least two groups, or use simultaneous limits of all groups.");
  if (!first.events) return detail::no_value(undefined_reason::no_events, "The half to choose on has no event: use simultaneous limits of all groups.");

  std::vector<cluster_tally> other;
  for (const group_cluster& one : clusters)
    if (one.group == first.group && !in_first_half(one, 0, how)) other.push_back(one.tally);
  auto estimate = ladder(other, level, sides::two, how.interval);
  if (!estimate) return tl::unexpected(estimate.error());

  worst_group out{first.group, first.rate, *estimate, std::vector<std::uint32_t>(groups, 0)};
  ++out.times_chosen[first.group];
  for (std::uint32_t split = 1; split <= how.splits; ++split) {
    const choice again = choose(clusters, groups, split, how);
    if (again.seen >= 2 && again.events) ++out.times_chosen[again.group];
  }
  return out;
}

} // namespace lfreval::fairness

/// @file
/// Rates of comparisons by group, recounted in resampled trials: passers and list entries are both resampled, because two
/// comparisons resemble each other when they share either.
///
/// For rates that are linear in the comparisons (false match rate, selectivity). The false positive identification rate is a
/// maximum over the list: a resampled list holds about 63 % of its people, so that resampling it would give the rate of a
/// shorter list; see list_jackknife.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/intervals/curve_bootstrap.hpp>
#include <lfreval/types/cluster_tally.hpp>

namespace lfreval::bootstrap {

/// Comparisons, one row each, in any order; borrowed.
struct crossed_rows {
  std::span<const std::uint64_t> passers, entries; ///< who they are, see `entity_of`; nobody is on both sides
  std::span<const std::uint32_t> passer, entry;    ///< of each row: places in the two
  std::span<const std::uint16_t> group;            ///< of each row: below `groups`
  std::span<const std::uint8_t> event;             ///< of each row: 1 for a match, 0 otherwise
  std::uint16_t groups = 0;
};

/// Counts of every group as observed and in each replicate.
struct crossed_replicates {
  std::uint16_t groups = 0;
  std::uint32_t replicates = 0;
  std::vector<cluster_tally> observed;            ///< one per group
  std::vector<std::uint64_t> events, comparisons; ///< weighted, [group * replicates + replicate]

  /// What group g came to in one replicate; without comparisons the replicate met nobody of it, which is no rate of 0.
  [[nodiscard]] cluster_tally at(std::uint16_t g, std::uint32_t replicate) const {
    const std::size_t place = std::size_t{g} * replicates + replicate;
    return {events.at(place), comparisons.at(place)};
  }
};

/// A comparison counts U V times, U the Poisson weight of its passer and V that of its list entry; entries are weighted in the
/// stream after the passers', so that equal numbers on the two sides are not weighted alike. Mildly too wide, never too narrow: the
/// mean variance is V_passers + V_entries + V_cells (`two_way::poisson_product_bootstrap_linearised_var`).
/// Throws `std::invalid_argument` for spans that do not fit together, places that are not there, no group and no replicate.
/// Byte-identical under any order of the rows and any number of threads.
/// Cost: replicates times rows, about 0.1 nanoseconds each, and 20 bytes of memory a row; 128 bytes a list entry and thread.
/// Cites: Owen & Eckles 2012.
[[nodiscard]] crossed_replicates crossed_bootstrap(const crossed_rows& rows, const replicate_plan& plan);

} // namespace lfreval::bootstrap

namespace lfreval::detail {

/// The same with no vectors wider than this, which does not change the answer.
[[nodiscard]] bootstrap::crossed_replicates crossed_bootstrap(const bootstrap::crossed_rows& rows, const bootstrap::replicate_plan& plan,
                                                              unsigned widest_vector);

} // namespace lfreval::detail

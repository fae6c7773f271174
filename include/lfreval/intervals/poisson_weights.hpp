/// @file
/// The bootstrap weight of one person in one replicate: how often a resampled trial would have met that person.
///
/// A weight depends on (entity, replicate, stream, seed) and on nothing else: not on who else is in the data, not on the
/// order of the rows, the thread or the machine. All statistics of a replicate share it; `stream` names a purpose, not a
/// statistic. Weights are integers, so that weighted counts are exact.
///
/// Cites: Hanley & MacGibbon 2006 and Chamandy et al. 2012 for Poisson weights; Salmon et al. 2011 for the generator.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <lfreval/detail/philox.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/cluster_tally.hpp>

namespace lfreval::bootstrap {

/// floor(2^64 P(W <= k)) for W ~ Poisson(1), k = 0 to 20, from rational arithmetic. From k = 20 on the value is 2^64 - 1,
/// so that the table ends there and no weight exceeds 21.
inline constexpr std::array<std::uint64_t, 21> poisson_cuts{
    0x5e2d58d8b3bcdf1aU, 0xbc5ab1b16779be35U, 0xeb715e1dc1582dc2U, 0xfb23979734a252f1U, 0xff1025f59174dc3dU,
    0xffd90f3ba4055e19U, 0xfffa8b71fc72c913U, 0xffff540c0914b3c9U, 0xffffed1f4aa8f120U, 0xfffffe216e641462U,
    0xffffffd4d85d3183U, 0xfffffffc6da262b4U, 0xffffffffba12d178U, 0xfffffffffb07c64cU, 0xffffffffffab8ea5U,
    0xfffffffffffabe22U, 0xffffffffffffb11aU, 0xfffffffffffffba1U, 0xffffffffffffffc5U, 0xfffffffffffffffdU,
    0xffffffffffffffffU};

/// The largest weight there is.
inline constexpr std::uint32_t largest_weight = poisson_cuts.size();

/// Where the weights of a study come from: declared before the data are seen, printed with every interval made from it.
struct weight_source {
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;
};

/// The weight that belongs to a random word: the number of cut points it reaches.
[[nodiscard]] constexpr std::uint32_t poisson_weight(std::uint64_t word) noexcept {
  std::uint32_t weight = 0;
  for (const std::uint64_t cut : poisson_cuts) weight += word >= cut ? 1U : 0U;
  return weight;
}

/// The weight of `entity` in `replicate`: Philox4x32-10 at [entity low, entity high, replicate, stream] under the seed.
/// Cost: about 20 nanoseconds.
[[nodiscard]] constexpr std::uint32_t poisson_weight(std::uint64_t entity, std::uint32_t replicate,
                                                     weight_source from) noexcept {
  return poisson_weight(detail::philox_word(
      {static_cast<std::uint32_t>(entity), static_cast<std::uint32_t>(entity >> 32U), replicate, from.stream},
      detail::philox_key_of(from.seed)));
}

/// The number a person goes by in the generator: the first 8 bytes of SHA-256 of the UTF-8 identifier, first byte on top.
/// Two of C persons share a number with probability C^2 / 2^65; they would then share their weights.
[[nodiscard]] std::uint64_t entity_of(std::string_view id);

/// Events and exposure of one replicate: each cluster counts as often as its weight says. `entities` and `clusters` are
/// parallel. An exposure of 0 means that the replicate met nobody; it is dropped and counted, never read as a rate of 0.
/// Throws when the sizes differ or a total could pass 2^52. Cost: one weight per cluster.
[[nodiscard]] inline cluster_tally poisson_cluster_replicate(std::span<const std::uint64_t> entities,
                                                             std::span<const cluster_tally> clusters,
                                                             std::uint32_t replicate, weight_source from) {
  constexpr const char* name = "bootstrap::poisson_cluster_replicate";
  if (entities.size() != clusters.size()) detail::wrong_call(name, "entities", "are not one per cluster");
  cluster_tally sum;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    const std::uint64_t weight = poisson_weight(entities[i], replicate, from);
    detail::require_count(name, "events", clusters[i].events);
    detail::require_count(name, "exposure", clusters[i].exposure);
    sum.events += weight * clusters[i].events;
    sum.exposure += weight * clusters[i].exposure;
    detail::require_count(name, "weighted events", sum.events);
    detail::require_count(name, "weighted exposure", sum.exposure);
  }
  return sum;
}

} // namespace lfreval::bootstrap

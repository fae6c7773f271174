/// @file
/// Poisson bootstrap weights for many replicates at a time, in the vectors that this CPU has.
///
/// Whoever includes this writes the loops over lanes as `LFREVAL_INLINE` functions and compiles them once for each kind of
/// CPU: plain loops that the compiler turns into vectors. All of it is integers: the answer is the same everywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <lfreval/detail/philox.hpp>
#include <lfreval/intervals/poisson_weights.hpp>

#if defined(__x86_64__) && defined(__GNUC__)
#define LFREVAL_CPU_VARIANTS 1
#define LFREVAL_AVX2 [[gnu::target("avx2")]]
#define LFREVAL_AVX512 [[gnu::target("avx512f,avx512dq,avx512bw,avx512vl")]]
#else
#define LFREVAL_CPU_VARIANTS 0
#endif
#define LFREVAL_INLINE [[gnu::always_inline]] inline

namespace lfreval::detail {

/// Replicates that are counted together. 128 sums of 32 bits for 1,000 thresholds are 512 KiB, which a second-level cache
/// holds; fewer would repeat the walk over the rows more often, more would not fit.
inline constexpr std::size_t lanes = 128;

struct alignas(64) lane_counts {
  std::array<std::uint32_t, lanes> at{};
};

struct lane_totals {
  std::array<std::uint64_t, lanes> at{};
};

struct philox_state {
  std::uint64_t c0, c1, c2, c3; // 32-bit words in 64-bit lanes, so that one vector instruction multiplies each in full
};

/// Weights up to here are counted for all lanes; larger ones, one in 12,000, in a second pass.
inline constexpr std::size_t common_cuts = 6;

LFREVAL_INLINE philox_state philox_round(philox_state s, std::uint64_t key0, std::uint64_t key1) {
  const std::uint64_t first = std::uint64_t{0xD2511F53U} * s.c0, second = std::uint64_t{0xCD9E8D57U} * s.c2;
  return {(second >> 32U) ^ s.c1 ^ key0, second & 0xffffffffU, (first >> 32U) ^ s.c3 ^ key1, first & 0xffffffffU};
}

struct round_keys {
  std::array<std::uint64_t, 10> first{}, second{};

  explicit round_keys(std::uint64_t seed) {
    philox_key key = philox_key_of(seed);
    for (std::size_t round = 0; round < 10; ++round) {
      first[round] = key[0];
      second[round] = key[1];
      key[0] += 0x9E3779B9U;
      key[1] += 0xBB67AE85U;
    }
  }
};

/// The weights of one person in the replicates first_replicate + 0 .. lanes - 1.
LFREVAL_INLINE void weigh(std::uint64_t entity, std::uint32_t first_replicate, std::uint32_t stream, const round_keys& key,
                          lane_counts& weight) {
  using bootstrap::poisson_cuts;
  std::array<std::uint64_t, lanes> words;
  std::uint64_t rare = 0; // without branches, which would also keep compilers from making vectors
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    philox_state s{entity & 0xffffffffU, entity >> 32U, std::uint64_t{first_replicate} + lane, stream};
    // Written out: a loop in here would keep compilers from turning the outer one into vectors.
    s = philox_round(s, key.first[0], key.second[0]);
    s = philox_round(s, key.first[1], key.second[1]);
    s = philox_round(s, key.first[2], key.second[2]);
    s = philox_round(s, key.first[3], key.second[3]);
    s = philox_round(s, key.first[4], key.second[4]);
    s = philox_round(s, key.first[5], key.second[5]);
    s = philox_round(s, key.first[6], key.second[6]);
    s = philox_round(s, key.first[7], key.second[7]);
    s = philox_round(s, key.first[8], key.second[8]);
    s = philox_round(s, key.first[9], key.second[9]);
    const std::uint64_t word = (s.c0 << 32U) | s.c1;
    words[lane] = word;
    std::uint64_t reached = static_cast<std::uint64_t>(word >= poisson_cuts[0]);
    reached += static_cast<std::uint64_t>(word >= poisson_cuts[1]);
    reached += static_cast<std::uint64_t>(word >= poisson_cuts[2]);
    reached += static_cast<std::uint64_t>(word >= poisson_cuts[3]);
    reached += static_cast<std::uint64_t>(word >= poisson_cuts[4]);
    reached += static_cast<std::uint64_t>(word >= poisson_cuts[5]);
    rare |= static_cast<std::uint64_t>(word >= poisson_cuts[common_cuts]);
    weight.at[lane] = static_cast<std::uint32_t>(reached);
  }
  if (rare == 0) return;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    for (std::size_t k = common_cuts; k < poisson_cuts.size(); ++k) weight.at[lane] += words[lane] >= poisson_cuts[k] ? 1U : 0U;
}

/// Of a function's variants the one for the widest vectors that this CPU has and `widest_vector` (bytes) allows.
template <class Function>
Function on_this_cpu([[maybe_unused]] unsigned widest_vector, [[maybe_unused]] Function avx512, [[maybe_unused]] Function avx2, Function anywhere) {
#if LFREVAL_CPU_VARIANTS
  if (widest_vector >= 64 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return avx512;
  if (widest_vector >= 32 && __builtin_cpu_supports("avx2")) return avx2;
#endif
  return anywhere;
}

} // namespace lfreval::detail

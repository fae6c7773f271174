#include <lfreval/intervals/curve_bootstrap.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/intervals/sorted_clusters.hpp>

#if defined(__x86_64__) && defined(__GNUC__)
#define LFREVAL_CPU_VARIANTS 1
#else
#define LFREVAL_CPU_VARIANTS 0
#endif

namespace lfreval::detail {

namespace {

constexpr const char* name = "bootstrap::curve_bootstrap";

/// Replicates that are counted together. 128 sums of 32 bits for 1,000 thresholds are 512 KiB, which a second-level cache
/// holds; fewer would repeat the walk over the rows more often, more would not fit.
constexpr std::size_t lanes = 128;

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
constexpr std::size_t common_cuts = 6;

// Everything in this group is forced into the functions below, each of which is compiled for one kind of CPU: plain loops
// over lanes that the compiler turns into the vectors that this CPU has. All of it is integers: the answer is the same.
#define LFREVAL_INLINE [[gnu::always_inline]] inline

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

/// Adds the persons from `first` up to `last` to the counts per bin and to the totals of one block of replicates.
LFREVAL_INLINE void add_persons(const bootstrap::clustered_bins& trials, std::size_t first, std::size_t last,
                                std::uint32_t first_replicate, std::uint32_t stream, const round_keys& key,
                                lane_counts* by_bin, lane_totals& totals) {
  lane_counts weight;
  for (std::size_t person = first; person < last; ++person) {
    if (trials.exposure[person] == 0) continue;
    weigh(trials.entities[person], first_replicate, stream, key, weight);
    const std::uint64_t exposure = trials.exposure[person];
    for (std::size_t lane = 0; lane < lanes; ++lane) totals.at[lane] += std::uint64_t{weight.at[lane]} * exposure;
    for (std::uint64_t row = trials.starts[person]; row < trials.starts[person + 1]; ++row) {
      lane_counts& sum = by_bin[trials.bins[row]];
      for (std::size_t lane = 0; lane < lanes; ++lane) sum.at[lane] += weight.at[lane];
    }
  }
}

#undef LFREVAL_INLINE

using add_persons_on_cpu = void (*)(const bootstrap::clustered_bins&, std::size_t, std::size_t, std::uint32_t, std::uint32_t,
                                    const round_keys&, lane_counts*, lane_totals&);

void add_persons_anywhere(const bootstrap::clustered_bins& trials, std::size_t first, std::size_t last, std::uint32_t replicate,
                          std::uint32_t stream, const round_keys& key, lane_counts* by_bin, lane_totals& totals) {
  add_persons(trials, first, last, replicate, stream, key, by_bin, totals);
}

#if LFREVAL_CPU_VARIANTS
[[gnu::target("avx2")]] void add_persons_avx2(const bootstrap::clustered_bins& trials, std::size_t first, std::size_t last,
                                              std::uint32_t replicate, std::uint32_t stream, const round_keys& key,
                                              lane_counts* by_bin, lane_totals& totals) {
  add_persons(trials, first, last, replicate, stream, key, by_bin, totals);
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl")]] void
add_persons_avx512(const bootstrap::clustered_bins& trials, std::size_t first, std::size_t last, std::uint32_t replicate,
                   std::uint32_t stream, const round_keys& key, lane_counts* by_bin, lane_totals& totals) {
  add_persons(trials, first, last, replicate, stream, key, by_bin, totals);
}
#endif

add_persons_on_cpu add_persons_here([[maybe_unused]] unsigned widest_vector) {
#if LFREVAL_CPU_VARIANTS
  if (widest_vector >= 64 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return add_persons_avx512;
  if (widest_vector >= 32 && __builtin_cpu_supports("avx2")) return add_persons_avx2;
#endif
  return add_persons_anywhere;
}

void require_fitting(const bootstrap::clustered_bins& trials, const bootstrap::replicate_plan& plan) {
  const std::size_t persons = trials.entities.size();
  if (trials.thresholds == 0) wrong_call(name, "thresholds", "are none");
  if (plan.replicates == 0) wrong_call(name, "replicates", "are none");
  if (trials.exposure.size() != persons) wrong_call(name, "exposure", "is not one per person");
  if (trials.starts.size() != persons + 1) wrong_call(name, "starts", "are not one more than persons");
  if (trials.starts.front() != 0) wrong_call(name, "starts", "do not begin at 0");
  if (trials.starts.back() != trials.bins.size()) wrong_call(name, "starts", "do not end at the number of bins");
  for (std::size_t person = 0; person < persons; ++person) {
    if (trials.starts[person + 1] < trials.starts[person]) wrong_call(name, "starts", "fall");
    if (trials.exposure[person] == 0 && trials.starts[person + 1] > trials.starts[person])
      wrong_call(name, "trials", "hold events without exposure");
  }
  for (const std::uint32_t bin : trials.bins)
    if (bin == 0 || bin > trials.thresholds) wrong_call(name, "bins", "lie outside 1 to the number of thresholds");
}

/// The observed curve and, from the squares of each person's step function, the variance between persons at each threshold.
void observe(const bootstrap::clustered_bins& trials, bootstrap::curve_replicates& out) {
  const std::size_t thresholds = trials.thresholds;
  // At index b: what is added to the sums over persons for every threshold up to b.
  std::vector<wide_integer> squares(thresholds + 1), products(thresholds + 1);
  std::vector<std::uint64_t> events(thresholds + 1);
  std::vector<std::uint32_t> own;
  wide_integer sizes = 0;
  for (std::size_t person = 0; person < trials.entities.size(); ++person) {
    const std::uint64_t exposure = trials.exposure[person];
    if (exposure == 0) continue;
    ++out.persons;
    out.observed_exposure += exposure;
    sizes += static_cast<wide_integer>(exposure) * static_cast<wide_integer>(exposure);
    own.assign(trials.bins.begin() + static_cast<std::ptrdiff_t>(trials.starts[person]),
               trials.bins.begin() + static_cast<std::ptrdiff_t>(trials.starts[person + 1]));
    std::sort(own.rbegin(), own.rend());
    for (std::size_t i = 0; i < own.size(); ++i) {
      ++events[own[i]];
      squares[own[i]] += static_cast<wide_integer>(2 * i + 1); // (i + 1)^2 - i^2
      products[own[i]] += static_cast<wide_integer>(exposure);
    }
  }
  out.observed.resize(thresholds);
  out.effective_events.resize(thresholds);
  const auto n = static_cast<double>(out.observed_exposure), persons = static_cast<double>(out.persons);
  std::uint64_t x = 0;
  wide_integer square = 0, product = 0;
  for (std::size_t k = thresholds; k >= 1; --k) {
    x += events[k];
    square += squares[k];
    product += products[k];
    out.observed[k - 1] = x;
    if (x == 0 || out.persons < 2) continue;
    const double p = static_cast<double>(x) / n, count = static_cast<double>(x);
    const double residuals = static_cast<double>(square) - 2.0 * p * static_cast<double>(product) + p * p * static_cast<double>(sizes);
    const double variance = persons / (persons - 1.0) * residuals / n / n;
    const auto information = [&](double share, double most) {
      return variance > 0.0 ? std::min(most, share * share / variance) : most;
    };
    double effective = information(p, count);
    if (out.family == metric_family::share)
      effective = x < out.observed_exposure ? std::min(effective, information((n - count) / n, n - count)) : 0.0;
    out.effective_events[k - 1] = effective;
  }
}

} // namespace

bootstrap::curve_replicates curve_bootstrap(const bootstrap::clustered_bins& trials, const bootstrap::replicate_plan& plan,
                                            counting_limits within) {
  require_fitting(trials, plan);
  const std::size_t thresholds = trials.thresholds, replicates = plan.replicates, persons = trials.entities.size();
  bootstrap::curve_replicates out;
  out.thresholds = trials.thresholds;
  out.replicates = plan.replicates;
  out.family = plan.family;
  observe(trials, out);
  if (plan.family == metric_family::share && out.observed.front() > out.observed_exposure)
    wrong_call(name, "bins", "are more than the trials they are said to be a share of");

  // Sections of persons whose rows fit into 32-bit sums whatever their weights.
  std::vector<std::size_t> ends;
  std::uint64_t begun = 0;
  for (std::size_t person = 0; person < persons; ++person) {
    if (trials.starts[person + 1] - trials.starts[person] > within.most_rows)
      wrong_call(name, "bins", "of one person are more than 32-bit sums hold");
    if (trials.starts[person + 1] - begun > within.most_rows) {
      ends.push_back(person);
      begun = trials.starts[person];
    }
  }
  ends.push_back(persons);

  out.exposure.resize(replicates);
  out.events.resize(thresholds * replicates);
  const round_keys key(plan.from.seed);
  const add_persons_on_cpu add = add_persons_here(within.widest_vector);
  parallel_for((replicates + lanes - 1) / lanes, plan.threads, [&](std::size_t block) {
    const std::size_t begin = block * lanes, count = std::min(lanes, replicates - begin);
    std::vector<lane_counts> by_bin(thresholds + 1);
    lane_totals totals;
    for (std::size_t section = 0; section < ends.size(); ++section) {
      if (section > 0) std::fill(by_bin.begin(), by_bin.end(), lane_counts{});
      add(trials, section == 0 ? 0 : ends[section - 1], ends[section], static_cast<std::uint32_t>(begin), plan.from.stream, key,
          by_bin.data(), totals);
      for (std::size_t k = thresholds; k >= 1; --k) {
        if (k < thresholds)
          for (std::size_t lane = 0; lane < lanes; ++lane) by_bin[k].at[lane] += by_bin[k + 1].at[lane];
        std::uint64_t* const to = out.events.data() + (k - 1) * replicates + begin;
        for (std::size_t lane = 0; lane < count; ++lane) to[lane] += by_bin[k].at[lane];
      }
    }
    std::copy_n(totals.at.begin(), count, out.exposure.begin() + static_cast<std::ptrdiff_t>(begin));
  });
  return out;
}

} // namespace lfreval::detail

namespace lfreval::bootstrap {

curve_replicates curve_bootstrap(const clustered_bins& trials, const replicate_plan& plan) {
  return detail::curve_bootstrap(trials, plan, detail::counting_limits{});
}

} // namespace lfreval::bootstrap

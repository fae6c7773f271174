#include <lfreval/intervals/crossed_bootstrap.hpp>

#include <algorithm>
#include <array>
#include <numeric>

#include <lfreval/detail/parallel.hpp>

#include "intervals/replicate_lanes.hpp"

namespace lfreval::detail {

namespace {

constexpr const char* name = "bootstrap::crossed_bootstrap";

struct alignas(64) small_lanes {
  std::array<std::uint8_t, lanes> at{}; ///< weights: `largest_weight` is 21
};

struct alignas(64) run_sums {
  std::array<std::uint16_t, lanes> at{};
};

/// Weights of so many rows fit into sums of 16 bits.
constexpr std::size_t longest_run = 0xffffU / bootstrap::largest_weight;

/// Rows of one passer and one group, one after the other.
struct run {
  std::uint32_t passer = 0;
  std::uint16_t group = 0;
  std::size_t first = 0, last = 0, first_event = 0; ///< rows with an event come last
};

/// The rows by passer, group and event; which rows come first among equals does not change a sum.
struct sorted_rows {
  std::vector<std::uint32_t> entry;
  std::vector<run> runs;

  explicit sorted_rows(const bootstrap::crossed_rows& rows) {
    const std::size_t n = rows.passer.size();
    std::vector<std::size_t> begins(rows.passers.size() + 1);
    for (const std::uint32_t p : rows.passer) ++begins[p + 1];
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    std::vector<std::uint32_t> order(n);
    std::vector<std::size_t> next(begins.begin(), begins.end() - 1);
    for (std::size_t i = 0; i < n; ++i) order[next[rows.passer[i]]++] = static_cast<std::uint32_t>(i);
    const auto kind = [&](std::uint32_t i) { return (std::uint32_t{rows.group[i]} << 1U) | rows.event[i]; };
    entry.reserve(n);
    for (std::size_t p = 0; p < rows.passers.size(); ++p) {
      const auto first = order.begin() + static_cast<std::ptrdiff_t>(begins[p]), last = order.begin() + static_cast<std::ptrdiff_t>(begins[p + 1]);
      if (!std::is_sorted(first, last, [&](std::uint32_t a, std::uint32_t b) { return kind(a) < kind(b); }))
        std::sort(first, last, [&](std::uint32_t a, std::uint32_t b) { return kind(a) < kind(b); });
      for (auto row = first; row != last; ++row) {
        const std::uint16_t group = rows.group[*row];
        if (row == first || runs.back().group != group || entry.size() - runs.back().first == longest_run)
          runs.push_back({static_cast<std::uint32_t>(p), group, entry.size(), entry.size(), entry.size()});
        entry.push_back(rows.entry[*row]);
        runs.back().last = entry.size();
        if (rows.event[*row] == 0) runs.back().first_event = entry.size();
      }
    }
  }
};

/// One block of replicates: 2 sums of 64 bits for each group and lane.
struct block_totals {
  std::vector<lane_totals> events, comparisons;
};

LFREVAL_INLINE void add_weights(const std::vector<std::uint32_t>& entry, std::size_t first, std::size_t last, const small_lanes* of_entry, run_sums& sum) {
  for (std::size_t row = first; row < last; ++row) {
    const small_lanes& weight = of_entry[entry[row]];
    for (std::size_t lane = 0; lane < lanes; ++lane) sum.at[lane] = static_cast<std::uint16_t>(sum.at[lane] + weight.at[lane]);
  }
}

LFREVAL_INLINE void add_block(const bootstrap::crossed_rows& rows, const sorted_rows& sorted, std::uint32_t first_replicate, std::uint32_t stream,
                              const round_keys& key, small_lanes* of_entry, block_totals& totals) {
  lane_counts weight;
  for (std::size_t e = 0; e < rows.entries.size(); ++e) {
    weigh(rows.entries[e], first_replicate, stream + 1, key, weight);
    for (std::size_t lane = 0; lane < lanes; ++lane) of_entry[e].at[lane] = static_cast<std::uint8_t>(weight.at[lane]);
  }
  std::uint32_t passer = 0;
  bool weighed = false;
  for (const run& one : sorted.runs) {
    if (!weighed || one.passer != passer) weigh(rows.passers[one.passer], first_replicate, stream, key, weight);
    weighed = true;
    passer = one.passer;
    run_sums events, others;
    add_weights(sorted.entry, one.first, one.first_event, of_entry, others);
    add_weights(sorted.entry, one.first_event, one.last, of_entry, events);
    lane_totals &to_events = totals.events[one.group], &to_comparisons = totals.comparisons[one.group];
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      to_comparisons.at[lane] += std::uint64_t{weight.at[lane]} * (std::uint32_t{events.at[lane]} + others.at[lane]);
      to_events.at[lane] += std::uint64_t{weight.at[lane]} * events.at[lane];
    }
  }
}

using add_block_on_cpu = void (*)(const bootstrap::crossed_rows&, const sorted_rows&, std::uint32_t, std::uint32_t, const round_keys&, small_lanes*,
                                  block_totals&);

void add_block_anywhere(const bootstrap::crossed_rows& rows, const sorted_rows& sorted, std::uint32_t replicate, std::uint32_t stream,
                        const round_keys& key, small_lanes* of_entry, block_totals& totals) {
  add_block(rows, sorted, replicate, stream, key, of_entry, totals);
}

#if LFREVAL_CPU_VARIANTS
LFREVAL_AVX2 void add_block_avx2(const bootstrap::crossed_rows& rows, const sorted_rows& sorted, std::uint32_t replicate, std::uint32_t stream,
                                 const round_keys& key, small_lanes* of_entry, block_totals& totals) {
  add_block(rows, sorted, replicate, stream, key, of_entry, totals);
}

LFREVAL_AVX512 void add_block_avx512(const bootstrap::crossed_rows& rows, const sorted_rows& sorted, std::uint32_t replicate, std::uint32_t stream,
                                     const round_keys& key, small_lanes* of_entry, block_totals& totals) {
  add_block(rows, sorted, replicate, stream, key, of_entry, totals);
}
#else
constexpr add_block_on_cpu add_block_avx2 = add_block_anywhere, add_block_avx512 = add_block_anywhere;
#endif

void require_fitting(const bootstrap::crossed_rows& rows, const bootstrap::replicate_plan& plan) {
  const std::size_t n = rows.passer.size();
  if (rows.groups == 0) wrong_call(name, "groups", "are none");
  if (plan.replicates == 0) wrong_call(name, "replicates", "are none");
  if (rows.entry.size() != n || rows.group.size() != n || rows.event.size() != n) wrong_call(name, "columns", "are not of one length");
  if (n > 0xffffffffU) wrong_call(name, "rows", "are more than 2^32 - 1");
  for (std::size_t i = 0; i < n; ++i) {
    if (rows.passer[i] >= rows.passers.size()) wrong_call(name, "passer", "holds a place that is not there");
    if (rows.entry[i] >= rows.entries.size()) wrong_call(name, "entry", "holds a place that is not there");
    if (rows.group[i] >= rows.groups) wrong_call(name, "group", "holds a place that is not there");
    if (rows.event[i] > 1) wrong_call(name, "event", "holds what is neither 0 nor 1");
  }
}

} // namespace

bootstrap::crossed_replicates crossed_bootstrap(const bootstrap::crossed_rows& rows, const bootstrap::replicate_plan& plan, unsigned widest_vector) {
  require_fitting(rows, plan);
  bootstrap::crossed_replicates out;
  out.groups = rows.groups;
  out.replicates = plan.replicates;
  out.observed.resize(rows.groups);
  for (std::size_t i = 0; i < rows.passer.size(); ++i) {
    ++out.observed[rows.group[i]].exposure;
    out.observed[rows.group[i]].events += rows.event[i];
  }
  const std::size_t replicates = plan.replicates;
  out.events.resize(rows.groups * replicates);
  out.comparisons.resize(rows.groups * replicates);
  const sorted_rows sorted(rows);
  const round_keys key(plan.from.seed);
  const auto add = on_this_cpu<add_block_on_cpu>(widest_vector, add_block_avx512, add_block_avx2, add_block_anywhere);
  parallel_for((replicates + lanes - 1) / lanes, plan.threads, [&](std::size_t block) {
    const std::size_t begin = block * lanes, count = std::min(lanes, replicates - begin);
    std::vector<small_lanes> of_entry(rows.entries.size());
    block_totals totals{std::vector<lane_totals>(rows.groups), std::vector<lane_totals>(rows.groups)};
    add(rows, sorted, static_cast<std::uint32_t>(begin), plan.from.stream, key, of_entry.data(), totals);
    for (std::size_t g = 0; g < rows.groups; ++g) {
      const auto to = static_cast<std::ptrdiff_t>(g * replicates + begin);
      std::copy_n(totals.events[g].at.begin(), count, out.events.begin() + to);
      std::copy_n(totals.comparisons[g].at.begin(), count, out.comparisons.begin() + to);
    }
  });
  return out;
}

} // namespace lfreval::detail

namespace lfreval::bootstrap {

crossed_replicates crossed_bootstrap(const crossed_rows& rows, const replicate_plan& plan) { return detail::crossed_bootstrap(rows, plan, 64); }

} // namespace lfreval::bootstrap

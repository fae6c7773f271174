#include <lfreval/intervals/permutation.hpp>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <lfreval/detail/philox.hpp>
#include <lfreval/detail/watch.hpp>
#include <lfreval/intervals/sorted_clusters.hpp>

namespace lfreval::detail {

namespace {

__extension__ typedef unsigned __int128 wide_natural;

/// The number of ways to choose `k` of `n`, or `cap` + 1 when there are more than `cap`.
std::uint64_t choices_up_to(std::uint64_t n, std::uint64_t k, std::uint64_t cap) {
  k = std::min(k, n - k);
  wide_integer ways = 1;
  for (std::uint64_t i = 1; i <= k; ++i) {
    ways = ways * static_cast<wide_integer>(n - k + i) / static_cast<wide_integer>(i);
    if (ways > static_cast<wide_integer>(cap)) return cap + 1;
  }
  return static_cast<std::uint64_t>(ways);
}

/// Distance of two rates from each other as an exact fraction, so that ties are ties.
struct rate_distance {
  wide_integer above = 0, below = 1;

  rate_distance(const cluster_tally& first, const cluster_tally& all) {
    const auto x = static_cast<wide_integer>(first.events), n = static_cast<wide_integer>(first.exposure);
    const auto y = static_cast<wide_integer>(all.events) - x, m = static_cast<wide_integer>(all.exposure) - n;
    above = y * n - x * m;
    if (above < 0) above = -above;
    below = n * m;
  }
  [[nodiscard]] bool at_least(const rate_distance& other) const { return above * other.below >= other.above * below; }
};

} // namespace

} // namespace lfreval::detail

namespace lfreval::permutation {

estimable<double> monte_carlo_p(std::uint64_t as_far, std::uint64_t draws) {
  detail::require_trials("permutation::monte_carlo_p", as_far, draws);
  if (draws == 0) return detail::no_value(undefined_reason::empty, "Draw at least one arrangement.", 0.0, 1.0);
  return (static_cast<double>(as_far) + 1.0) / (static_cast<double>(draws) + 1.0);
}

estimable<permutation_test> two_group_cluster_counts(std::span<const cluster_tally> a,
                                                            std::span<const cluster_tally> b,
                                                            const permutation_options& how) {
  constexpr const char* name = "permutation::two_group_cluster_counts";
  const detail::sorted_clusters first(name, a), second(name, b);
  if (first.rows.empty() || second.rows.empty())
    return detail::no_value(undefined_reason::empty, "Record at least one person in each group.");
  const cluster_tally all{first.events + second.events, first.exposure + second.exposure};
  constexpr std::uint64_t most = std::uint64_t{1} << 31U; // products of two distances then fit in 127 bits
  if (all.events >= most || all.exposure >= most) detail::wrong_call(name, "clusters", "hold 2^31 trials or events");

  std::vector<cluster_tally> pooled = first.rows;
  pooled.insert(pooled.end(), second.rows.begin(), second.rows.end());
  std::sort(pooled.begin(), pooled.end());
  const std::size_t n = pooled.size(), k = first.rows.size();
  const detail::rate_distance observed({first.events, first.exposure}, all);
  std::vector<std::size_t> chosen(n);
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  const auto as_far = [&] {
    cluster_tally sum;
    for (std::size_t i = 0; i < k; ++i) {
      sum.events += pooled[chosen[i]].events;
      sum.exposure += pooled[chosen[i]].exposure;
    }
    return detail::rate_distance(sum, all).at_least(observed) ? 1U : 0U;
  };

  permutation_test out{second.rate() - first.rate(), 1.0, 0, detail::choices_up_to(n, k, how.most_arrangements), true};
  if (out.arrangements <= how.most_arrangements) {
    for (std::uint64_t visited = 0; visited < out.arrangements; ++visited) {
      detail::stop_if_asked();
      out.as_far += as_far();
      std::size_t i = k; // the next combination in lexicographic order
      while (i > 0 && chosen[i - 1] == n - k + i - 1) --i;
      if (i == 0) break;
      ++chosen[i - 1];
      for (std::size_t j = i; j < k; ++j) chosen[j] = chosen[j - 1] + 1;
    }
    out.p_value = static_cast<double>(out.as_far) / static_cast<double>(out.arrangements);
    return out;
  }
  if (how.draws == 0 || how.draws > 0xffffffffU) detail::wrong_call(name, "draws", "are not from 1 to 2^32 - 1");
  out.exact = false;
  out.arrangements = how.draws;
  for (std::uint64_t draw = 0; draw < how.draws; ++draw) {
    detail::stop_if_asked();
    for (std::size_t i = 0; i < k; ++i) { // Fisher and Yates; a bias of at most n / 2^64
      const std::uint64_t word = detail::philox_word({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i >> 32U),
                                                      static_cast<std::uint32_t>(draw), how.stream},
                                                     detail::philox_key_of(how.seed));
      const auto scaled = static_cast<std::uint64_t>(
          (static_cast<detail::wide_natural>(word) * static_cast<detail::wide_natural>(n - i)) >> 64U);
      std::swap(chosen[i], chosen[i + scaled]);
    }
    out.as_far += as_far();
  }
  out.p_value = monte_carlo_p(out.as_far, how.draws).value();
  return out;
}

} // namespace lfreval::permutation

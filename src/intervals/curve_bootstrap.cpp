#include <lfreval/intervals/curve_bootstrap.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/intervals/sorted_clusters.hpp>

#include "intervals/replicate_lanes.hpp"

namespace lfreval::detail {

namespace {

constexpr const char* name = "bootstrap::curve_bootstrap";

/// After so many persons a block asks whether it should stop: a few milliseconds.
constexpr std::size_t persons_at_once = 65536;

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

using add_persons_on_cpu = void (*)(const bootstrap::clustered_bins&, std::size_t, std::size_t, std::uint32_t, std::uint32_t,
                                    const round_keys&, lane_counts*, lane_totals&);

void add_persons_anywhere(const bootstrap::clustered_bins& trials, std::size_t first, std::size_t last, std::uint32_t replicate,
                          std::uint32_t stream, const round_keys& key, lane_counts* by_bin, lane_totals& totals) {
  add_persons(trials, first, last, replicate, stream, key, by_bin, totals);
}

#if LFREVAL_CPU_VARIANTS
LFREVAL_AVX2 void add_persons_avx2(const bootstrap::clustered_bins& trials, std::size_t first, std::size_t last, std::uint32_t replicate,
                                   std::uint32_t stream, const round_keys& key, lane_counts* by_bin, lane_totals& totals) {
  add_persons(trials, first, last, replicate, stream, key, by_bin, totals);
}

LFREVAL_AVX512 void add_persons_avx512(const bootstrap::clustered_bins& trials, std::size_t first, std::size_t last, std::uint32_t replicate,
                                       std::uint32_t stream, const round_keys& key, lane_counts* by_bin, lane_totals& totals) {
  add_persons(trials, first, last, replicate, stream, key, by_bin, totals);
}
#else
constexpr add_persons_on_cpu add_persons_avx2 = add_persons_anywhere, add_persons_avx512 = add_persons_anywhere;
#endif

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
  const auto add = on_this_cpu<add_persons_on_cpu>(within.widest_vector, add_persons_avx512, add_persons_avx2, add_persons_anywhere);
  parallel_for((replicates + lanes - 1) / lanes, plan.threads, [&](std::size_t block) {
    const std::size_t begin = block * lanes, count = std::min(lanes, replicates - begin);
    std::vector<lane_counts> by_bin(thresholds + 1);
    lane_totals totals;
    for (std::size_t section = 0; section < ends.size(); ++section) {
      if (section > 0) std::fill(by_bin.begin(), by_bin.end(), lane_counts{});
      for (std::size_t person = section == 0 ? 0 : ends[section - 1]; person < ends[section];) {
        const std::size_t last = std::min(ends[section], person + persons_at_once);
        stop_if_asked();
        add(trials, person, last, static_cast<std::uint32_t>(begin), plan.from.stream, key, by_bin.data(), totals);
        person = last;
      }
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

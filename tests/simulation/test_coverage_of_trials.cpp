#include <algorithm>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/estimate_rate.hpp>

#include "generator/synthetic_trial.hpp"
#include "generator/trial_truth.hpp"
#include "simulation/designs.hpp"

using namespace lfreval;
using namespace lfreval::synthetic;

namespace {

constexpr confidence usual{0.95};

/// Per person, by a plain loop over the rows: non-mated passages with an alert, mated passages whose mate came first.
struct tallies_of_trial {
  std::vector<cluster_tally> false_positives, true_positives;

  tallies_of_trial(const passage_table& t, float threshold) {
    std::vector<cluster_tally> nonmated(t.person.texts.size()), mated(t.person.texts.size());
    for (std::size_t i = 0; i < t.size(); ++i) {
      cluster_tally& person = (t.mated[i] == mated_status::yes ? mated : nonmated)[t.person.codes[i]];
      const bool event = t.mated[i] == mated_status::yes ? t.mate_rank[i] == 1 && t.mate_score[i] >= threshold
                                                         : t.top_score[i] >= threshold;
      person.events += event ? 1 : 0;
      ++person.exposure;
    }
    for (const cluster_tally& person : nonmated)
      if (person.exposure > 0) false_positives.push_back(person);
    for (const cluster_tally& person : mated)
      if (person.exposure > 0) true_positives.push_back(person);
  }
};

/// Whether each interval of one run covers the truth, and how the headline came about.
struct run_outcome {
  bool headline = false, flat = false;
  ladder_rung rung{};
  double point = 0.0, design_effect = 1.0;
};

run_outcome outcome_of(metric_id metric, const std::vector<cluster_tally>& clusters, double truth) {
  const auto found = estimate_rate(metric, clusters, usual, {.by = cluster_unit::person}).value();
  const auto flat = binomial::clopper_pearson(found.events, found.exposure, usual).value();
  return {found.headline.contains(truth), flat.contains(truth), found.clusters.rung, found.point,
          found.clusters.design_effect.value_or(1.0)};
}

/// How many runs cover, and the standard error of the simulation.
struct coverage {
  std::size_t runs = 0, by_headline = 0, by_flat = 0, rungs[4] = {};
  double mean = 0.0, design_effect = 0.0;

  explicit coverage(const std::vector<run_outcome>& outcomes) : runs(outcomes.size()) {
    for (const run_outcome& one : outcomes) {
      by_headline += one.headline ? 1U : 0U;
      by_flat += one.flat ? 1U : 0U;
      mean += one.point / static_cast<double>(runs);
      design_effect += one.design_effect / static_cast<double>(runs);
      ++rungs[static_cast<std::size_t>(one.rung)];
    }
  }
  double share(std::size_t covering) const { return static_cast<double>(covering) / static_cast<double>(runs); }
  double error(std::size_t covering) const {
    const double p = share(covering);
    return std::sqrt(p * (1.0 - p) / static_cast<double>(runs));
  }
  std::string text(double truth) const {
    std::ostringstream out;
    out << "truth " << truth << ", mean estimate " << mean << ", mean design effect " << design_effect << "; of "
        << runs << " runs the headline covers " << by_headline << " (Monte-Carlo error " << 100.0 * error(by_headline)
        << " % points), the flat interval " << by_flat << " (" << 100.0 * error(by_flat) << "); rungs 0 to 3 made "
        << rungs[0] << ", " << rungs[1] << ", " << rungs[2] << ", " << rungs[3];
    return out.str();
  }
};

struct trial_coverage {
  coverage false_positives, true_positives;
};

/// Many trials against one list: what is true for it is known, and every run is an audit of it.
trial_coverage covered(const std::string& name, const trial_design& d, std::size_t runs, std::uint64_t first_seed) {
  const watchlist list = draw_watchlist(d, first_seed);
  const rate_truth truth = truth_of(d, list, d.operating_threshold).rates[0];
  const double fpir = truth.false_positive_identification_rate.this_list.value();
  const double tpir = truth.true_positive_identification_rate.this_list.value();
  std::vector<run_outcome> of_nonmated(runs), of_mated(runs);
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  detail::parallel_for(runs, threads, [&](std::size_t run) {
    const synthetic_trial trial = draw_trial(d, list, first_seed + 1 + run);
    const tallies_of_trial tallies(trial.passages, static_cast<float>(d.operating_threshold));
    of_nonmated[run] = outcome_of(metric_id::false_positive_identification_rate, tallies.false_positives, fpir);
    of_mated[run] = outcome_of(metric_id::true_positive_identification_rate, tallies.true_positives, tpir);
  });
  trial_coverage out{coverage(of_nonmated), coverage(of_mated)};
  MESSAGE(name << ", FPIR: " << out.false_positives.text(fpir));
  MESSAGE(name << ", TPIR: " << out.true_positives.text(tpir));
  return out;
}

/// At least 93.5 % at a nominal 95 %, less `slack` standard errors of a simulation of a method that covers 93.5 %: a
/// short run needs three of them.
void check_covers(const coverage& c, std::size_t covering, double slack) {
  const double error = std::sqrt(0.935 * 0.065 / static_cast<double>(c.runs));
  CHECK(c.share(covering) >= 0.935 - slack * error);
}

/// Shown not to cover 93.5 %, by three standard errors.
void check_flat_fails(const coverage& c) { CHECK(c.share(c.by_flat) < 0.935 - 3.0 * c.error(c.by_flat)); }

void check_coverage(std::size_t runs, double slack) {
  // Nothing makes passages of one person alike: the headline is right, and the flat interval is not wrong either.
  trial_design alike = test::field_trial(0.0, {3, 60, 1.5});
  alike.scores.base += 0.04;
  const auto independent = covered("independent", alike, runs, 100000);
  // Wolves, goats and a few people who pass very often.
  const auto clustered = covered("clustered", test::field_trial(1.0, {3, 60, 1.5}), runs, 200000);
  const auto strongly = covered("strongly clustered", test::field_trial(1.5, {10, 10, 1.0}), runs, 300000);
  for (const trial_coverage* one : {&independent, &clustered, &strongly}) {
    check_covers(one->false_positives, one->false_positives.by_headline, slack);
    check_covers(one->true_positives, one->true_positives.by_headline, slack);
  }
  check_covers(independent.false_positives, independent.false_positives.by_flat, 3.0);
  check_covers(independent.true_positives, independent.true_positives.by_flat, 3.0);
  for (const trial_coverage* one : {&clustered, &strongly}) {
    check_flat_fails(one->false_positives);
    check_flat_fails(one->true_positives);
  }
}

} // namespace

TEST_CASE("the headline by person covers the truth of generated trials, the flat interval does not") {
  check_coverage(60, 3.0);
}

TEST_CASE("slow: the headline by person covers the truth of 1,000 generated trials, the flat interval does not") {
  check_coverage(1000, 0.0);
}

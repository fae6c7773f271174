#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "generator/synthetic_trial.hpp"
#include "generator/trial_truth.hpp"
#include "simulation/designs.hpp"

using namespace lfreval;
using namespace lfreval::synthetic;

namespace {

double chance_above(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

/// Events and trials of one run. A ratio of sums over runs is compared: numbers of passes vary between runs.
struct counted_rate {
  std::vector<std::pair<double, double>> runs;
  void add(double x, double n) { runs.emplace_back(x, n); }
  void compare(double truth, const std::string& name, double per_run) const {
    double x = 0.0, n = 0.0, squares = 0.0;
    for (const auto& run : runs) {
      x += run.first;
      n += run.second;
    }
    const double rate = x / n;
    for (const auto& run : runs)
      squares += (run.first - rate * run.second) * (run.first - rate * run.second);
    const double error = std::sqrt(squares) / n;
    INFO(name << ": truth " << truth << ", simulated " << rate << " with standard error " << error);
    CHECK(error > 0.0);
    CHECK(error < per_run * rate);                // the run is long enough to mean something
    CHECK(std::fabs(rate - truth) < 5.0 * error); // a right truth fails once in two million
  }
};

/// Counts one trial, in all and by group, by plain loops over the rows.
struct counted_trials {
  explicit counted_trials(std::size_t groups) : rates(groups + 1) {}
  struct rates_of {
    counted_rate failure, fpir, acquired_fpir, selectivity, ever, tpir, acquired_tpir, any_rank;
  };
  std::vector<rates_of> rates;

  void add(const trial_design& d, const synthetic_trial& trial) {
    const passage_table& t = trial.passages;
    const auto threshold = static_cast<float>(d.operating_threshold);
    for (std::size_t which = 0; which < rates.size(); ++which) {
      double failures = 0, passed = 0, acquired = 0, alerted = 0, above = 0, mated = 0, mated_acquired = 0, first = 0,
             found = 0;
      std::vector<int> ever(t.person.texts.size(), -1);
      for (std::size_t i = 0; i < t.size(); ++i) {
        const text_column& axis = t.groups.at(d.group_axis);
        if (which > 0 && axis.texts[axis.codes[i]] != d.groups[which - 1].name) continue;
        if (t.mated[i] == mated_status::no) {
          passed += 1;
          failures += t.acquired[i] == 0;
          acquired += t.acquired[i] != 0;
          const bool alert = t.top_score[i] >= threshold;
          alerted += alert;
          int& person = ever[t.person.codes[i]];
          person = person > 0 || alert ? 1 : 0;
          for (const candidate& c : trial.candidates_of(i))
            above += c.score >= threshold;
        } else {
          mated += 1;
          mated_acquired += t.acquired[i] != 0;
          found += t.mate_score[i] >= threshold;
          first += t.mate_score[i] >= threshold && t.mate_rank[i] == 1;
        }
      }
      double people = 0, people_alerted = 0;
      for (const int person : ever) {
        people += person >= 0;
        people_alerted += person > 0;
      }
      rates_of& r = rates[which];
      r.failure.add(failures, passed);
      r.fpir.add(alerted, passed);
      r.acquired_fpir.add(alerted, acquired);
      r.selectivity.add(above, passed);
      r.ever.add(people_alerted, people);
      r.tpir.add(first, mated);
      r.acquired_tpir.add(first, mated_acquired);
      r.any_rank.add(found, mated);
    }
  }
};

void compare_with_simulation(std::uint64_t runs, double wanted) {
  trial_design d = test::everything();
  const watchlist list = draw_watchlist(d, 11);
  const trial_truth truth = truth_of(d, list, d.operating_threshold);
  counted_trials fixed(d.groups.size()), redrawn(d.groups.size());
  for (std::uint64_t run = 0; run < runs; ++run) {
    fixed.add(d, draw_trial(d, list, run));
    redrawn.add(d, draw_trial(d, draw_watchlist(d, 1000000 + run), 2000000 + run));
  }
  for (std::size_t which = 0; which < truth.rates.size(); ++which) {
    const rate_truth& is = truth.rates[which];
    const auto& now = fixed.rates[which];
    const auto& kind = redrawn.rates[which];
    const std::string of = is.group.empty() ? "all" : is.group;
    now.failure.compare(is.failure_to_acquire, of + " failure to acquire", wanted);
    now.fpir.compare(is.false_positive_identification_rate.this_list.value(), of + " FPIR", wanted);
    now.acquired_fpir.compare(is.acquired_false_positive_identification_rate.this_list.value(), of + " FPIR, acquired",
                              wanted);
    now.selectivity.compare(is.selectivity.this_list.value(), of + " selectivity", wanted);
    now.ever.compare(is.persons_ever_alerted, of + " ever alerted", wanted);
    now.tpir.compare(is.true_positive_identification_rate.this_list.value(), of + " TPIR", wanted);
    now.acquired_tpir.compare(is.acquired_true_positive_identification_rate.this_list.value(), of + " TPIR, acquired",
                              wanted);
    now.any_rank.compare(is.true_positive_identification_rate_any_rank.this_list.value(), of + " TPIR at any rank",
                         wanted);
    kind.fpir.compare(is.false_positive_identification_rate.lists_of_this_kind.value(), of + " FPIR of the kind",
                      wanted);
    kind.selectivity.compare(is.selectivity.lists_of_this_kind.value(), of + " selectivity of the kind", wanted);
    kind.tpir.compare(is.true_positive_identification_rate.lists_of_this_kind.value(), of + " TPIR of the kind",
                      wanted);
    kind.any_rank.compare(is.true_positive_identification_rate_any_rank.lists_of_this_kind.value(),
                          of + " TPIR of the kind at any rank", wanted);
  }
}

} // namespace

TEST_CASE(
    "without effects the truth is the textbook's: one minus the chance that no comparison reaches the threshold") {
  trial_design d;
  d.volunteers = 10;
  d.others_listed = 190;
  d.passers = 5;
  d.passer_passes = {3, 3, 1.0};
  d.cameras = {{"gate", 1.0, 0.0, 0.1}};
  d.scores = {.base = 0.3, .noise_sd = 0.05, .mate_base = 0.52, .mate_noise_sd = 0.04};
  d.operating_threshold = 0.5;
  const trial_truth truth = truth_of(d, draw_watchlist(d, 1), d.operating_threshold);
  REQUIRE(truth.rates.size() == 2);
  const rate_truth& all = truth.rates[0];
  const double single = chance_above(4.0), fpir = 0.9 * (1.0 - std::pow(1.0 - single, 200.0));
  CHECK(all.failure_to_acquire == doctest::Approx(0.1));
  CHECK(all.false_positive_identification_rate.this_list.value() == doctest::Approx(fpir).epsilon(1e-9));
  CHECK(all.false_positive_identification_rate.lists_of_this_kind.value() == doctest::Approx(fpir).epsilon(1e-9));
  CHECK(all.acquired_false_positive_identification_rate.this_list.value() == doctest::Approx(fpir / 0.9).epsilon(1e-9));
  CHECK(all.selectivity.this_list.value() == doctest::Approx(0.9 * 200.0 * single).epsilon(1e-9));
  CHECK(all.persons_ever_alerted == doctest::Approx(1.0 - std::pow(1.0 - fpir, 3.0)).epsilon(1e-9));
  CHECK(all.true_positive_identification_rate_any_rank.this_list.value() ==
        doctest::Approx(0.9 * chance_above(-0.5)).epsilon(1e-12));
  // Overtaken by one of 199 others: a Riemann sum of the model over the mate's score, as an independent check.
  double overtaken = 0.0;
  for (double x = 0.500005; x < 1.1; x += 0.00001) {
    const double z = (x - 0.52) / 0.04;
    overtaken += 0.00001 / 0.04 * std::exp(-0.5 * z * z) / std::sqrt(6.283185307179586) *
                 (1.0 - std::pow(1.0 - chance_above((x - 0.3) / 0.05), 199.0));
  }
  CHECK(all.true_positive_identification_rate.this_list.value() ==
        doctest::Approx(0.9 * (chance_above(-0.5) - overtaken)).epsilon(1e-8));
  CHECK(overtaken > 5e-4); // one entry more or less in 200 would be seen
  CHECK(all.true_positive_identification_rate.lists_of_this_kind.value() ==
        doctest::Approx(0.9 * (chance_above(-0.5) - overtaken)).epsilon(1e-8));
  CHECK(truth.rates[1].true_positive_identification_rate.this_list.value() ==
        doctest::Approx(all.true_positive_identification_rate.this_list.value()));
}

TEST_CASE("one listed person of several images, a spread of passers and of lists: closed forms") {
  trial_design d;
  d.others_listed = 1;
  d.images_per_person = {0.0, 0.0, 1.0};
  d.passers = 1;
  d.scores = {.base = 0.3, .noise_sd = 0.05, .passer_sd = 0.03, .list_sd = 0.04};
  d.operating_threshold = d.recording_threshold = 0.45;
  watchlist list = draw_watchlist(d, 1);
  CHECK(list.persons[0].images == 3);
  d.images_per_person = {1.0};
  list.persons[0] = {0, 1, 0.02};
  const trial_truth one = truth_of(d, list, d.operating_threshold);
  // Independent normals add: sd sqrt(.05^2 + .03^2) for this list, and .04^2 more over lists of the kind.
  CHECK(one.rates[0].false_positive_identification_rate.this_list.value() ==
        doctest::Approx(chance_above(0.13 / std::sqrt(0.0034))).epsilon(1e-9));
  CHECK(one.rates[0].false_positive_identification_rate.lists_of_this_kind.value() ==
        doctest::Approx(chance_above(0.15 / std::sqrt(0.0050))).epsilon(1e-9));
  CHECK(one.rates[0].true_positive_identification_rate.this_list.error().reason == undefined_reason::empty);
  CHECK(one.rates[0].true_positive_identification_rate.lists_of_this_kind.error().reason == undefined_reason::empty);
}

TEST_CASE("halving every step of the quadrature changes no rate") {
  const trial_design d = test::everything();
  const watchlist list = draw_watchlist(d, 11);
  const trial_truth usual = truth_of(d, list, 0.55), fine = truth_of(d, list, 0.55, 2);
  for (std::size_t i = 0; i < usual.rates.size(); ++i) {
    const rate_truth &a = usual.rates[i], &b = fine.rates[i];
    const auto close = [](const two_truths& x, const two_truths& y) {
      CHECK(std::fabs(x.this_list.value() - y.this_list.value()) < 1e-7);
      CHECK(std::fabs(x.lists_of_this_kind.value() - y.lists_of_this_kind.value()) < 1e-7);
    };
    close(a.false_positive_identification_rate, b.false_positive_identification_rate);
    close(a.selectivity, b.selectivity);
    close(a.true_positive_identification_rate, b.true_positive_identification_rate);
    close(a.true_positive_identification_rate_any_rank, b.true_positive_identification_rate_any_rank);
    CHECK(std::fabs(a.persons_ever_alerted - b.persons_ever_alerted) < 1e-7);
  }
}

TEST_CASE("the truth is what many trials show") { compare_with_simulation(1500, 0.2); }

TEST_CASE("slow: the truth is what very many trials show") { compare_with_simulation(40000, 0.04); }

TEST_CASE("a list of another design is a wrong call") {
  const trial_design d = test::everything();
  watchlist list = draw_watchlist(d, 1);
  list.persons.pop_back();
  CHECK_THROWS_AS(static_cast<void>(truth_of(d, list, 0.5)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(draw_trial(d, list, 1)), std::invalid_argument);
}

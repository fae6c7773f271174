// Whether the chosen thresholds keep their promise: simulated calibrations against the true rate of the population.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr double risk = 0.05;
constexpr confidence usual{0.95};

double normal_above(double x) { return 0.5 * std::erfc(x / std::sqrt(2.0)); }

class normal_draws {
public:
  explicit normal_draws(std::uint64_t seed) : from_(seed) {}
  double next() {
    has_spare_ = !has_spare_;
    if (!has_spare_) return spare_;
    const double radius = std::sqrt(-2.0 * std::log(1.0 - from_.uniform())),
                 angle = 6.283185307179586 * from_.uniform();
    spare_ = radius * std::sin(angle);
    return radius * std::cos(angle);
  }
  test::random& plain() { return from_; }

private:
  test::random from_;
  double spare_ = 0.0;
  bool has_spare_ = false;
};

/// Persons of one kind: how many of a hundred, how often they pass, and how far their scores lie above the others'.
struct kind {
  double share;
  std::size_t passes;
  double shift;
};

struct population {
  std::vector<kind> kinds;
  double correlation;

  std::vector<person_passage> draw(std::size_t persons, normal_draws& from) const {
    std::vector<person_passage> out;
    for (std::size_t c = 0; c < persons; ++c) {
      double u = from.plain().uniform();
      std::size_t which = 0;
      while (which + 1 < kinds.size() && u >= kinds[which].share) u -= kinds[which++].share;
      const double own = kinds[which].shift + std::sqrt(correlation) * from.next();
      for (std::size_t i = 0; i < kinds[which].passes; ++i)
        out.push_back({c * 0x9e3779b97f4a7c15U, static_cast<float>(own + std::sqrt(1.0 - correlation) * from.next())});
    }
    return out;
  }
  double per_passage(double t) const {
    double events = 0.0, all = 0.0;
    for (const kind& k : kinds) {
      events += k.share * static_cast<double>(k.passes) * normal_above(t - k.shift);
      all += k.share * static_cast<double>(k.passes);
    }
    return events / all;
  }
  double per_person(double t) const {
    double out = 0.0;
    for (const kind& k : kinds) out += k.share * normal_above(t - k.shift);
    return out;
  }
  /// Averaged over the person's own level by the trapezoid rule.
  double ever(double t) const {
    double out = 0.0;
    for (const kind& k : kinds)
      for (double u = -8.0; u <= 8.0; u += 0.02) {
        const double none = normal_above(-(t - k.shift - std::sqrt(correlation) * u) / std::sqrt(1.0 - correlation));
        out += k.share * 0.02 * std::exp(-0.5 * u * u) / std::sqrt(6.283185307179586) *
               (1.0 - std::pow(none, static_cast<double>(k.passes)));
      }
    return out;
  }
};

std::vector<float> scores_of(const std::vector<person_passage>& rows) {
  std::vector<float> out;
  for (const person_passage& r : rows) out.push_back(r.score.value());
  return out;
}

struct violations {
  double flat = 0, one_each = 0, thinned = 0, maxima = 0, effective = 0;
};

violations simulate(const population& people, std::size_t persons, double target, int runs, std::uint64_t seed) {
  normal_draws from(seed);
  violations out;
  const threshold_request wanted{.target = target, .level = usual};
  for (int run = 0; run < runs; ++run) {
    const auto rows = people.draw(persons, from);
    const auto key = static_cast<std::uint64_t>(run);
    const auto broken = [&](const choosable<threshold_choice>& chosen, auto rate) {
      // No threshold is no violation.
      return chosen && rate(static_cast<double>(chosen->at.value())) > target ? 1.0 / runs : 0.0;
    };
    const auto per_passage = [&](double t) { return people.per_passage(t); };
    const auto per_person = [&](double t) { return people.per_person(t); };
    const auto ever = [&](double t) { return people.ever(t); };
    out.flat += broken(guaranteed_threshold(score_steps::of(scores_of(rows)), wanted), per_passage);
    out.one_each += broken(threshold_from_one_passage_each(rows, wanted, key), per_person);
    out.thinned += broken(threshold_from_thinned_persons(rows, wanted, key), per_passage);
    out.maxima += broken(threshold_from_person_maxima(rows, wanted), ever);
    out.effective += broken(threshold_from_effective_exposure(rows, wanted), per_passage);
  }
  MESSAGE("violations in " << runs << " calibrations: flat " << out.flat << ", one passage each " << out.one_each
                           << ", thinned " << out.thinned << ", person maxima " << out.maxima << ", effective exposure "
                           << out.effective);
  return out;
}

/// The limits of `effective_exposure` are asymptotic. Long runs gave 5.5 % and 6.7 % where 5 % was asked.
constexpr double asymptotic_risk = 0.07;

double slack(int runs) { return 3.0 * std::sqrt(risk * (1.0 - risk) / runs); }

/// Uniform scores: the false positive identification rate at T is 1 - T.
void check_independent(int runs) {
  test::random draw(2024);
  const threshold_request wanted{.target = 0.02, .level = usual};
  std::vector<float> scores(1000);
  double violated = 0.0, kept = 0.0, conformal = 0.0, conformal_kept = 0.0, mean = 0.0;
  for (int run = 0; run < runs; ++run) {
    for (float& s : scores) s = static_cast<float>(draw.below(1U << 24U)) * 0x1p-24F;
    const score_steps steps = score_steps::of(scores);
    const auto chosen = guaranteed_threshold(steps, wanted).value();
    violated += 1.0 - static_cast<double>(chosen.at.value()) > wanted.target ? 1.0 / runs : 0.0;
    kept = chosen.chance_kept;
    const auto average = conformal_threshold(steps, wanted).value();
    conformal += 1.0 - static_cast<double>(average.at.value()) > wanted.target ? 1.0 / runs : 0.0;
    conformal_kept = average.chance_kept;
    mean += (1.0 - static_cast<double>(average.at.value())) / runs;
  }
  MESSAGE("independent passages: violated " << violated << ", conformal " << conformal << " with mean " << mean);
  CHECK(violated <= risk + slack(runs));
  CHECK(std::fabs(violated - (1.0 - kept)) <= 3.0 * std::sqrt(kept * (1.0 - kept) / runs));
  CHECK(std::fabs(conformal - (1.0 - conformal_kept)) <= 3.0 * std::sqrt(0.25 / runs));
  CHECK(conformal > 0.3); // not a guarantee about the threshold at hand
  CHECK(std::fabs(mean - 20.0 / 1001.0) <= 3.0 * std::sqrt(0.02 * 0.98 / 1000.0 / runs));
}

void check_repeated(int runs) {
  const population same_passes{{{1.0, 10, 0.0}}, 0.7};
  const violations found = simulate(same_passes, 1000, 0.01, runs, 77);
  CHECK(found.flat > risk + slack(runs));
  CHECK(found.one_each <= risk + slack(runs));
  CHECK(found.thinned <= risk + slack(runs));
  CHECK(found.maxima <= risk + slack(runs));
  CHECK(found.effective <= asymptotic_risk + slack(runs));
  CHECK(found.effective < found.flat / 2.0);
}

/// Those who pass often also score higher: the rate per passage is not the rate per person.
void check_frequent_passers(int runs) {
  const population mixed{{{0.7, 2, 0.0}, {0.3, 12, 0.5}}, 0.7};
  const violations found = simulate(mixed, 1500, 0.01, runs, 78);
  CHECK(found.flat > risk + slack(runs));
  CHECK(found.one_each <= risk + slack(runs));
  CHECK(found.thinned <= risk + slack(runs));
  CHECK(found.maxima <= risk + slack(runs));
  CHECK(found.effective <= asymptotic_risk + slack(runs));
  CHECK(found.effective < found.flat / 2.0);
}

} // namespace

TEST_CASE("independent passages: the promise is kept, and conformal keeps its expectation only") {
  check_independent(1500);
}

TEST_CASE("repeated passages break the flat promise and keep the clustered ones") { check_repeated(250); }

TEST_CASE("frequent passers who score higher") { check_frequent_passers(200); }

TEST_CASE("slow: thresholds keep their promise, long run" * doctest::skip(false)) {
  check_independent(40000);
  check_repeated(6000);
  check_frequent_passers(6000);
}

#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/ladder.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr confidence usual{0.95};

/// Draws the events of one person from the beta-binomial distribution by its distribution function.
class beta_binomial {
public:
  beta_binomial(std::uint64_t n, double share, double correlation) {
    const double a = share * (1.0 - correlation) / correlation, b = (1.0 - share) * (1.0 - correlation) / correlation;
    const auto log_beta = [](double s, double t) { return std::lgamma(s) + std::lgamma(t) - std::lgamma(s + t); };
    const auto size = static_cast<double>(n);
    double sum = 0.0;
    for (double k = 0.0; k <= size; k += 1.0) {
      sum += std::exp(std::lgamma(size + 1.0) - std::lgamma(k + 1.0) - std::lgamma(size - k + 1.0) +
                      log_beta(a + k, b + size - k) - log_beta(a, b));
      up_to_.push_back(sum);
    }
  }
  std::uint64_t draw(test::random& from) const {
    const double u = from.uniform() * up_to_.back();
    std::uint64_t k = 0;
    while (k + 1 < up_to_.size() && up_to_[k] <= u) ++k;
    return k;
  }

private:
  std::vector<double> up_to_;
};

struct setting {
  double share, correlation;
  std::size_t persons;
  std::uint64_t passes;
  double naive, wilson, korn_graubard; ///< published coverage of the evidence table, statistics section 2.1
};

struct shares {
  double naive = 0, wilson = 0, korn_graubard = 0, described = 0, checked = 0, deployment = 0;
};

shares simulate(const setting& s, int runs, std::uint64_t seed) {
  test::random draw(seed);
  const beta_binomial person(s.passes, s.share, s.correlation);
  shares out;
  std::vector<cluster_tally> clusters(s.persons);
  for (int run = 0; run < runs; ++run) {
    std::uint64_t events = 0;
    for (cluster_tally& c : clusters) {
      c = {person.draw(draw), s.passes};
      events += c.events;
    }
    const auto hit = [&](const interval& i) { return i.contains(s.share) ? 1.0 / runs : 0.0; };
    const auto or_flat = [&](const estimable<interval>& i) {
      return hit(i ? *i : binomial::clopper_pearson(events, s.persons * s.passes, usual).value());
    };
    out.naive += hit(binomial::clopper_pearson(events, s.persons * s.passes, usual).value());
    out.wilson += or_flat(cluster::wilson_neff(clusters, usual));
    out.korn_graubard += or_flat(cluster::korn_graubard(clusters, usual));
    out.described += hit(ladder(clusters, usual, sides::two, {.by = cluster_unit::person}).value().headline);
    out.checked += hit(ladder(clusters, usual, sides::two,
                              {.by = cluster_unit::person, .use = interval_use::limit_check}).value().headline);
    out.deployment += hit(ladder(clusters, usual).value().headline);
  }
  return out;
}

const std::vector<setting> evidence{{0.01, 0.10, 300, 8, 0.879, 0.943, 0.955},
                                    {0.002, 0.05, 1000, 5, 0.953, 0.954, 0.967},
                                    {0.001, 0.02, 300, 8, 0.985, 0.965, 0.989}};

/// Three standard errors of the difference from a table that was itself simulated. It does not state its number of runs;
/// 4,000 is assumed.
double within(double share, int runs) { return 3.0 * std::sqrt(share * (1.0 - share) * (1.0 / runs + 1.0 / 4000.0)); }

void check_evidence(int runs) {
  std::uint64_t seed = 41;
  for (const setting& s : evidence) {
    const shares found = simulate(s, runs, ++seed);
    MESSAGE("share " << s.share << ": naive " << found.naive << ", Wilson " << found.wilson << ", Korn-Graubard "
                     << found.korn_graubard << ", ladder " << found.described << ", limit check " << found.checked
                     << ", as deployments " << found.deployment);
    CHECK(std::fabs(found.naive - s.naive) <= within(s.naive, runs));
    CHECK(std::fabs(found.wilson - s.wilson) <= within(s.wilson, runs));
    CHECK(std::fabs(found.korn_graubard - s.korn_graubard) <= within(s.korn_graubard, runs));
    const double least = 0.937 - 3.0 * std::sqrt(0.937 * 0.063 / runs);
    CHECK(found.described >= least);
    CHECK(found.checked >= least);
  }
}

} // namespace

TEST_CASE("the ladder covers where the flat interval does not") { check_evidence(800); }

TEST_CASE("slow: the ladder covers where the flat interval does not, long run" * doctest::skip(false)) {
  check_evidence(10000);
}

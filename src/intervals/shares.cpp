#include <lfreval/intervals/shares.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <lfreval/detail/philox.hpp>
#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/permutation.hpp>
#include <lfreval/intervals/two_sided_binomial.hpp>

namespace lfreval::detail {

namespace {

std::uint64_t checked_total(const char* function, std::span<const std::uint64_t> counts, const share::baseline& against) {
  if (against.name.empty()) wrong_call(function, "baseline", "has no name");
  if (against.source.empty()) wrong_call(function, "baseline", "does not say where its shares come from");
  if (against.shares.empty()) wrong_call(function, "baseline", "has no shares");
  if (counts.size() != against.shares.size()) wrong_call(function, "counts", "are not one per share of the baseline");
  double sum = 0.0;
  for (const double one : against.shares) {
    if (!(one >= 0.0 && one <= 1.0)) wrong_call(function, "baseline", "has a share outside [0, 1]; write 0.135, not 13.5");
    sum += one;
  }
  if (!(std::fabs(sum - 1.0) <= 1e-6)) wrong_call(function, "baseline", "has shares that do not add up to 1");
  std::uint64_t total = 0;
  for (const std::uint64_t one : counts) {
    require_count(function, "counts", one);
    require_count(function, "total of counts", total += one);
  }
  return total;
}

tl::unexpected<undefined> nobody() {
  return no_value(undefined_reason::empty, "Wait for the first event: without any there are no shares.", 0.0, 1.0);
}

/// The number of ways to spread `total` over `groups`, or `cap` + 1 when there are more than `cap`.
std::uint64_t outcomes_up_to(std::uint64_t total, std::size_t groups, std::uint64_t cap) {
  double ways = 1.0; // whole as long as it is below 2^53, and larger than any cap of interest above
  for (std::size_t i = 1; i < groups; ++i) {
    ways = std::round(ways * static_cast<double>(total + i) / static_cast<double>(i));
    if (ways > static_cast<double>(cap)) return cap + 1;
  }
  return static_cast<std::uint64_t>(ways);
}

/// The outcomes of a multinomial draw, each as a product of binomial probabilities: group i among those not yet placed.
class multinomial {
public:
  explicit multinomial(std::span<const double> shares) : given_rest_(shares.size()) {
    double rest = 0.0;
    for (std::size_t i = shares.size(); i-- > 0;) {
      rest += shares[i];
      given_rest_[i] = rest > 0.0 ? shares[i] / rest : 0.0;
    }
  }

  [[nodiscard]] double at(std::span<const std::uint64_t> counts) const {
    std::uint64_t left = 0;
    for (const std::uint64_t one : counts) left += one;
    double product = 1.0;
    for (std::size_t i = 0; i < counts.size(); left -= counts[i], ++i) product *= step(counts[i], left, i);
    return product;
  }

  /// The sum over all outcomes of `left` in the groups from `group` on that have a probability of at most `ceiling`, when
  /// those before have one of `before`.
  [[nodiscard]] double no_more_probable(double ceiling, std::uint64_t left, std::size_t group = 0, double before = 1.0) const {
    if (group + 1 == given_rest_.size()) {
      const double all = before * step(left, left, group);
      return all <= ceiling ? all : 0.0;
    }
    double sum = 0.0;
    for (std::uint64_t here = 0; here <= left; ++here)
      sum += no_more_probable(ceiling, left - here, group + 1, before * step(here, left, group));
    return sum;
  }

private:
  [[nodiscard]] double step(std::uint64_t here, std::uint64_t left, std::size_t group) const {
    return distribution::binomial_at(static_cast<double>(here), static_cast<double>(left), given_rest_[group]);
  }

  std::vector<double> given_rest_;
};

} // namespace

} // namespace lfreval::detail

namespace lfreval::share {

estimable<share_comparison> compare(std::span<const std::uint64_t> counts, std::size_t group, const baseline& against,
                                    confidence level) {
  constexpr const char* name = "share::compare";
  const std::uint64_t total = detail::checked_total(name, counts, against);
  if (group >= counts.size()) detail::wrong_call(name, "group", "does not exist");
  if (total == 0) return detail::nobody();
  const auto x = static_cast<double>(counts[group]), n = static_cast<double>(total);
  const double expected = against.shares[group];
  share_comparison out{against.name, against.source, expected, x / n,
                       binomial::clopper_pearson(counts[group], total, level).value(),
                       detail::binomial_from(x, n, expected), 1.0, 0.0};
  out.p_two_sided = detail::least_likely_p(counts[group], total, expected);
  out.tipping_point = out.limits.lower;
  return out;
}

estimable<multinomial_test> exact_multinomial(std::span<const std::uint64_t> counts, const baseline& against,
                                              const multinomial_options& how) {
  constexpr const char* name = "share::exact_multinomial";
  const std::uint64_t total = detail::checked_total(name, counts, against);
  const std::size_t groups = counts.size();
  if (groups < 2) detail::wrong_call(name, "counts", "are of fewer than two groups");
  if (total == 0) return detail::nobody();
  const detail::multinomial under(against.shares);
  const double ceiling = under.at(counts) * (1.0 + 1e-7);
  multinomial_test out{against.name, against.source, 1.0, detail::outcomes_up_to(total, groups, how.most_outcomes), true};
  if (out.outcomes <= how.most_outcomes) {
    out.p_value = std::min(1.0, under.no_more_probable(ceiling, total));
    return out;
  }
  if (how.draws == 0 || how.draws > 0xffffffffU) detail::wrong_call(name, "draws", "are not from 1 to 2^32 - 1");
  if (total > 1'000'000) detail::wrong_call(name, "counts", "hold more than 1,000,000 events; use k_by_two::g_test");
  // Each event goes to the group whose part of the 2^64 words its own word falls into: integers, the same everywhere.
  std::vector<std::uint64_t> ends;
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < groups; ++i) {
    sum += against.shares[i];
    ends.push_back(sum >= 1.0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(std::ldexp(sum, 64)));
  }
  out.exact = false;
  out.outcomes = how.draws;
  std::vector<std::uint64_t> drawn(groups);
  std::uint64_t as_far = 0;
  for (std::uint64_t draw = 0; draw < how.draws; ++draw) {
    std::fill(drawn.begin(), drawn.end(), 0);
    for (std::uint64_t event = 0; event < total; ++event) {
      const std::uint64_t word = detail::philox_word({static_cast<std::uint32_t>(event), 0, static_cast<std::uint32_t>(draw), how.stream},
                                                     detail::philox_key_of(how.seed));
      ++drawn[static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), word) - ends.begin())];
    }
    as_far += under.at(drawn) <= ceiling ? 1U : 0U;
  }
  out.p_value = permutation::monte_carlo_p(as_far, how.draws).value();
  return out;
}

estimable<double> tipping_point(std::uint64_t events, std::uint64_t total, confidence one_sided) {
  detail::require_trials("share::tipping_point", events, total);
  if (total == 0) return detail::nobody();
  return binomial::clopper_pearson(events, total, one_sided, sides::lower).value().lower;
}

} // namespace lfreval::share

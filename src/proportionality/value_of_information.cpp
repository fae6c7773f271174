#include <lfreval/proportionality/value_of_information.hpp>

#include <algorithm>

#include <lfreval/proportionality/sobol.hpp>

#include "proportionality/sampling.hpp"

namespace lfreval::sensitivity {

double expected_value_of_perfect_information(std::span<const double> net_benefit, std::size_t strategies, std::span<const double> probability) {
  constexpr const char* name = "sensitivity::expected_value_of_perfect_information";
  if (strategies == 0 || probability.empty()) detail::wrong_call(name, "strategies", "or states are none");
  if (net_benefit.size() != strategies * probability.size()) detail::wrong_call(name, "net_benefit", "is not one value per strategy and state");
  double total = 0.0;
  for (const double p : probability) {
    if (!(p >= 0.0) || !std::isfinite(p)) detail::wrong_call(name, "probability", "is negative or not finite");
    total += p;
  }
  if (std::fabs(total - 1.0) > 1e-9) detail::wrong_call(name, "probability", "does not add up to 1");
  const std::size_t states = probability.size();
  double informed = 0.0, best = 0.0;
  for (std::size_t s = 0; s < states; ++s) {
    double most = net_benefit[s];
    for (std::size_t d = 0; d < strategies; ++d) most = std::max(most, finite_result(name, net_benefit[d * states + s]));
    informed += probability[s] * most;
  }
  for (std::size_t d = 0; d < strategies; ++d) {
    double expected = 0.0;
    for (std::size_t s = 0; s < states; ++s) expected += probability[s] * net_benefit[d * states + s];
    best = d == 0 ? expected : std::max(best, expected);
  }
  // Of one strategy that is best everywhere both sums are the same but for rounding.
  return std::max(0.0, informed - best);
}

namespace {

/// The strategy by strategy mean of some rows of net benefits, and the mean of the best of each row.
struct row_means {
  std::vector<double> sums;
  double best_sum = 0.0;
  std::size_t rows = 0;

  explicit row_means(std::size_t strategies) : sums(strategies, 0.0) {}
  std::size_t add(std::span<const double> row) {
    std::size_t best = 0;
    for (std::size_t d = 0; d < row.size(); ++d) {
      sums[d] += row[d];
      if (row[d] > row[best]) best = d;
    }
    best_sum += row[best];
    ++rows;
    return best;
  }
  [[nodiscard]] double mean(std::size_t strategy) const { return sums[strategy] / static_cast<double>(rows); }
  [[nodiscard]] double gain() const {
    return std::max(0.0, (best_sum - *std::max_element(sums.begin(), sums.end())) / static_cast<double>(rows));
  }
};

} // namespace

std::vector<information_value> values_of_information(std::span<const uncertain_input> inputs, std::size_t strategies, std::size_t questions,
                                                     const strategy_model& net_benefit, confidence level, const sampling_plan& plan) {
  constexpr const char* name = "sensitivity::value_of_information";
  constexpr std::size_t known_values = 64, fewest_others = 16;
  const std::size_t d = inputs.size();
  require_plan(name, d, plan);
  if (strategies == 0 || questions == 0) detail::wrong_call(name, "strategies", "or questions are none");
  const std::size_t n = std::size_t{1} << plan.log2_points, others = std::max(fewest_others, n / known_values), drawn = std::max(n, others);
  // Any 64 points in a row from a multiple of 64 have one in each 64th of the range.
  const std::size_t first_known = (drawn + known_values - 1) / known_values * known_values;
  struct series { std::vector<std::vector<double>> expected, gains; std::vector<double> perfect, best; };
  std::vector<series> of(questions, {std::vector<std::vector<double>>(strategies), std::vector<std::vector<double>>(d), {}, std::vector<double>(strategies, 0.0)});
  std::vector<double> sample(drawn * d), row(d), benefits(strategies * questions), given(strategies);
  const auto evaluate = [&](std::span<const double> at) {
    net_benefit(at, benefits);
    for (const double value : benefits) finite_result(name, value);
  };
  const auto answers = [&](std::size_t question) { return std::span<const double>(benefits).subspan(question * strategies, strategies); };
  for (std::uint32_t r = 0; r < plan.randomisations; ++r) {
    const sobol_sequence points(static_cast<unsigned>(d), plan.seed, r);
    for (std::size_t k = 0; k < drawn; ++k)
      for (std::size_t i = 0; i < d; ++i) sample[k * d + i] = inputs[i].quantile(points.at(k, static_cast<unsigned>(i)));
    std::vector<row_means> whole(questions, row_means(strategies));
    for (std::size_t k = 0; k < n; ++k) {
      evaluate(std::span(sample).subspan(k * d, d));
      for (std::size_t q = 0; q < questions; ++q) of[q].best[whole[q].add(answers(q))] += 1.0;
    }
    for (std::size_t q = 0; q < questions; ++q) {
      for (std::size_t s = 0; s < strategies; ++s) of[q].expected[s].push_back(whole[q].mean(s));
      of[q].perfect.push_back(whole[q].gain());
    }
    for (std::size_t i = 0; i < d; ++i) {
      std::vector<row_means> outer(questions, row_means(strategies));
      for (std::size_t known = 0; known < known_values; ++known) {
        const double value = inputs[i].quantile(points.at(first_known + known, static_cast<unsigned>(i)));
        std::vector<row_means> inner(questions, row_means(strategies));
        for (std::size_t k = 0; k < others; ++k) {
          std::copy_n(sample.begin() + static_cast<std::ptrdiff_t>(k * d), d, row.begin());
          row[i] = value;
          evaluate(row);
          for (std::size_t q = 0; q < questions; ++q) inner[q].add(answers(q));
        }
        for (std::size_t q = 0; q < questions; ++q) {
          for (std::size_t s = 0; s < strategies; ++s) given[s] = inner[q].mean(s);
          outer[q].add(given);
        }
      }
      for (std::size_t q = 0; q < questions; ++q) of[q].gains[i].push_back(outer[q].gain());
    }
  }
  std::vector<information_value> out(questions);
  for (std::size_t q = 0; q < questions; ++q) {
    for (std::size_t s = 0; s < strategies; ++s) {
      out[q].expected.push_back(over_randomisations(of[q].expected[s], level));
      out[q].best.push_back(of[q].best[s] / static_cast<double>(n * plan.randomisations));
    }
    out[q].perfect = over_randomisations(of[q].perfect, level);
    for (const std::vector<double>& one : of[q].gains) out[q].of_input.push_back(over_randomisations(one, level));
  }
  return out;
}

information_value value_of_information(std::span<const uncertain_input> inputs, std::size_t strategies, const strategy_model& net_benefit,
                                       confidence level, const sampling_plan& plan) {
  return values_of_information(inputs, strategies, 1, net_benefit, level, plan).front();
}

} // namespace lfreval::sensitivity

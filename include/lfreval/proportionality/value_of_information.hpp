/// @file
/// What knowing more would be worth to a decision: which measurement, if any, could change it.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include <lfreval/proportionality/sensitivity.hpp>

namespace lfreval::sensitivity {

/// Expected value of perfect information over equally detailed states: what would be gained if the state were known before the
/// choice.   EVPI = sum_s p_s max_d NB(d, s) - max_d sum_s p_s NB(d, s).   `net_benefit` is strategy by strategy, one value per
/// state. Never negative; 0 when one strategy is best in every state.
/// Throws when there is no state, sizes do not fit, a value is not finite, or the probabilities are negative or do not add up to
/// 1 within 1e-9.   Cites: Raiffa & Schlaifer 1961.
[[nodiscard]] double expected_value_of_perfect_information(std::span<const double> net_benefit, std::size_t strategies,
                                                           std::span<const double> probability);

/// Writes the net benefit of every strategy at these inputs, in the order of the strategies; of several questions, one after
/// the other.
using strategy_model = std::function<void(std::span<const double> inputs, std::span<double> net_benefit)>;

/// What is expected of each strategy and what further knowledge would add, in the units of the model.
struct information_value {
  std::vector<sampled_figure> expected;   ///< net benefit, one per strategy
  std::vector<double> best;               ///< probability that the strategy is the best one; ties go to the first
  sampled_figure perfect;                 ///< EVPI: knowing everything
  std::vector<sampled_figure> of_input;   ///< EVPPI: knowing this input alone, one per input
};

/// Value of information by scrambled Sobol points. EVPPI_i = E max_d E(NB_d | x_i) - max_d E(NB_d), with 64 values of x_i and
/// 2^m / 64 of the others (at least 16), the same others for each, so that it is never negative. Points below 2^m too few to
/// see a rare gain give 0.   Throws as `variance_shares_of`, and for no strategy. Deterministic in the seed.
/// Cost: randomisations 2^m (inputs + 1) evaluations.   Cites: Felli & Hazen 1998; Ades, Lu & Claxton 2004.
[[nodiscard]] information_value value_of_information(std::span<const uncertain_input> inputs, std::size_t strategies,
                                                     const strategy_model& net_benefit, confidence level,
                                                     const sampling_plan& plan = {});

/// The same for several questions about the same inputs, such as exchange rates: the inputs are drawn once. Throws without
/// questions.
[[nodiscard]] std::vector<information_value> values_of_information(std::span<const uncertain_input> inputs, std::size_t strategies,
                                                                   std::size_t questions, const strategy_model& net_benefit,
                                                                   confidence level, const sampling_plan& plan = {});

} // namespace lfreval::sensitivity

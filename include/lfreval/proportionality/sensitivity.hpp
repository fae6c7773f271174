/// @file
/// Which of the uncertain quantities behind a decision move its result, and by how much.
///
/// Inputs are taken as independent. A model is a pure function of the inputs in their order; it is called from one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <lfreval/proportionality/uncertain_input.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::sensitivity {

using model = std::function<double(std::span<const double>)>;

/// How a model is sampled. The interval of everything sampled comes from the randomisations, which are independent; it is the
/// error of computing and shrinks with more points. The data's uncertainty is in the distributions themselves.
struct sampling_plan {
  unsigned log2_points = 10;   ///< 2^m points of the Sobol sequence in each randomisation; at most 20
  std::uint32_t randomisations = 16; ///< at least 2
  std::uint64_t seed = 0;
};

/// A figure computed by sampling, with how far another sample could have led.
struct sampled_figure {
  double point = 0.0;
  interval made;
  friend bool operator==(const sampled_figure&, const sampled_figure&) = default;
};

/// Of each input: the share of the variance that would go if it alone were known, and the share that would stay if all others
/// were. Their difference is what it does together with others. The first shares add up to 1 in a model that only adds.
struct variance_shares {
  std::vector<sampled_figure> first, total; ///< one per input
  double variance = 0.0;                    ///< of the result, mean of the randomisations

  friend bool operator==(const variance_shares&, const variance_shares&) = default;
};

/// Sobol indices from two scrambled samples A and B and, per input, A with that input taken from B:
/// S_i = mean(f_B (f_ABi - f_A)) / V, ST_i = mean((f_A - f_ABi)^2) / (2 V).
/// f is taken less its mean, which leaves S_i as it is and its sampling error smaller. Shares below 0 are sampling error and are
/// not mended. The interval is Student's t over the randomisations.
/// Undefined (`no_variation`) when the result does not vary. Throws for no input, more than 16, a plan out of range and a model
/// that returns what is not finite. Deterministic in the seed. Cost: randomisations 2^m (inputs + 2) evaluations and
/// randomisations 2^m 2 inputs quantiles.
/// Cites: Saltelli et al. 2010 (first); Jansen 1999 (total); Sobol' 2001.
[[nodiscard]] estimable<variance_shares> variance_shares_of(std::span<const uncertain_input> inputs, const model& result,
                                                            confidence level, const sampling_plan& plan = {});

/// The same shares without sampling, for a smooth model of at most 4 inputs: S_i = V(E(f | x_i)) / V,
/// ST_i = 1 - V(E(f | all but x_i)) / V, by Gauss-Legendre quadrature with `nodes` nodes per input over its quantiles.
struct exact_variance_shares {
  std::vector<double> first, total;
  double mean = 0.0, variance = 0.0;
};
/// Undefined (`no_variation`) as above. Throws for no input, more than 4, and fewer than 2 or more than 64 nodes.
/// Cost: nodes^inputs evaluations. Exact to rounding when f is a smooth function of bounded inputs, to some digits otherwise.
[[nodiscard]] estimable<exact_variance_shares> variance_shares_by_quadrature(std::span<const uncertain_input> inputs,
                                                                             const model& result, unsigned nodes = 32);

/// The result with one input at its 5 % and at its 95 % quantile and the others at their medians.
struct swing {
  std::size_t input = 0;
  double at_low = 0.0, at_high = 0.0;
  [[nodiscard]] double width() const noexcept { return at_high > at_low ? at_high - at_low : at_low - at_high; }
};
struct tornado_table {
  double at_medians = 0.0;
  std::vector<swing> swings; ///< the widest first; among equals in the order of the inputs
};
/// One quantity at a time: what readers know as a tornado diagram. It misses what inputs do together, which
/// `variance_shares_of` shows. Throws for no input and for a result that is not finite.
[[nodiscard]] tornado_table tornado(std::span<const uncertain_input> inputs, const model& result);

} // namespace lfreval::sensitivity

#include <lfreval/proportionality/belief.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::decision {

namespace {

void require_prior(const char* function, const share_prior& prior) {
  for (const double shape : {prior.a, prior.b})
    if (!std::isfinite(shape) || !(shape > 0.0)) detail::wrong_call(function, "prior", "is not finite and above 0");
}

} // namespace

posterior_probability probability_below(std::uint64_t events, std::uint64_t trials, double target, share_prior prior) {
  constexpr const char* name = "decision::probability_below";
  detail::require_trials(name, events, trials);
  require_prior(name, prior);
  if (!(target > 0.0 && target < 1.0)) detail::wrong_call(name, "target", "does not lie strictly between 0 and 1");
  return {distribution::beta_below(static_cast<double>(events) + prior.a, static_cast<double>(trials - events) + prior.b, target), prior};
}

assurance_value assurance(std::uint64_t trials, double target, confidence level, share_prior design) {
  constexpr const char* name = "decision::assurance";
  detail::require_count(name, "trials", trials);
  require_prior(name, design);
  assurance_value out{0.0, identification::guaranteed_k(trials, target, level), design};
  if (!out.most_events) return out;
  // P(0) = B(a, b + n) / B(a, b), and each next probability from the last.
  const auto n = static_cast<double>(trials);
  const double total = design.a + design.b;
  double log_at = std::lgamma(design.b + n) - std::lgamma(design.b) + std::lgamma(total) - std::lgamma(total + n);
  for (std::uint64_t k = 0;; ++k) {
    out.probability += std::exp(log_at);
    if (k == *out.most_events) break;
    const auto x = static_cast<double>(k);
    log_at += std::log(n - x) - std::log(x + 1.0) + std::log(design.a + x) - std::log(design.b + n - x - 1.0);
  }
  out.probability = std::min(1.0, out.probability);
  return out;
}

} // namespace lfreval::decision

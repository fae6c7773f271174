/// @file
/// Quantities that a decision rests on and that nobody knows exactly, each with the distribution declared for it.
#pragma once

#include <array>
#include <cstdint>

namespace lfreval::sensitivity {

enum class input_shape : std::uint8_t { fixed, beta, gamma, uniform, triangular };

/// One uncertain quantity. What is measured gets the posterior of its counts; what is supposed gets the distribution that the
/// study declares, with its source. None has a default.
class uncertain_input {
public:
  /// Known, or held fixed on purpose.
  [[nodiscard]] static uncertain_input fixed(double value);
  /// A share: Beta(a, b), both above 0.
  [[nodiscard]] static uncertain_input beta(double a, double b);
  /// A rate: Gamma(shape) / rate, both above 0; its mean is shape / rate.
  [[nodiscard]] static uncertain_input gamma(double shape, double rate);
  [[nodiscard]] static uncertain_input uniform(double lowest, double highest);
  [[nodiscard]] static uncertain_input triangular(double lowest, double likeliest, double highest);
  /// The posterior of a share under Jeffreys' prior, Beta(x + 1/2, n - x + 1/2). Throws without trials.
  [[nodiscard]] static uncertain_input share(std::uint64_t events, std::uint64_t trials);
  /// The posterior of a rate under Jeffreys' prior, Gamma(x + 1/2) / t. Throws for an exposure that is not above 0.
  [[nodiscard]] static uncertain_input rate(std::uint64_t events, double exposure);
  /// The same for a rate whose events are worth fewer independent ones: x_eff = p^2 / V of clustered data, at `point`.
  /// Gamma(x_eff + 1/2) scaled to the exposure x_eff / point. Throws unless both are above 0.
  [[nodiscard]] static uncertain_input clustered_rate(double point, double effective_events);

  [[nodiscard]] input_shape shape() const noexcept { return shape_; }
  [[nodiscard]] double mean() const noexcept;
  /// The value that is not exceeded with probability `u`, strictly between 0 and 1 (else throws). Cost: up to 10 microseconds.
  [[nodiscard]] double quantile(double u) const;

private:
  uncertain_input(input_shape shape, std::array<double, 3> parameters) : shape_(shape), p_(parameters) {}
  input_shape shape_;
  std::array<double, 3> p_;
};

} // namespace lfreval::sensitivity

/// @file
/// Random numbers that belong to a purpose, an entity and an index: the draws for one passage are the same whatever
/// else is drawn before, beside or after it. The words are whole numbers and the same everywhere; what is made of them
/// by logarithms and quantiles may differ in the last bit between mathematical libraries, which a score cut to six
/// decimals shows about once in 10^10 draws.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include <lfreval/detail/philox.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::synthetic {

/// The fourth word of the counter.
enum class drawn_for : std::uint32_t {
  listed_person = 1,
  person,
  passage,
  crowd_person,
  crowd_passage,
  crowd_cell,
  crowd_alert
};

/// Counter (entity, index, block, purpose), key = seed; each block gives two words of 64 bits.
class random_stream {
public:
  random_stream(std::uint64_t seed, drawn_for purpose, std::uint32_t entity, std::uint32_t index = 0)
      : key_(detail::philox_key_of(seed)), counter_{entity, index, 0, static_cast<std::uint32_t>(purpose)} {}

  /// In (0, 1), both ends excluded: one of 2^52 equally likely midpoints.
  double uniform() { return (static_cast<double>(word() >> 12U) + 0.5) * 0x1p-52; }
  /// Standard normal, by inversion.
  double normal() { return distribution::normal_upper_quantile(uniform()); }
  /// Mean 1.
  double exponential() { return -std::log(uniform()); }
  bool happens(double probability) { return uniform() < probability; }
  /// The place of a draw among shares that add to 1.
  std::uint32_t among(std::span<const double> cumulated) {
    const double u = uniform();
    std::size_t at = 0;
    while (at + 1 < cumulated.size() && u >= cumulated[at])
      ++at;
    return static_cast<std::uint32_t>(at);
  }

private:
  std::uint64_t word() {
    if (half_ == 0) {
      block_ = detail::philox4x32_10(counter_, key_);
      ++counter_[2];
    }
    const std::size_t at = half_;
    half_ ^= 2U;
    return (std::uint64_t{block_[at]} << 32U) | block_[at + 1];
  }

  detail::philox_key key_;
  detail::philox_counter counter_;
  detail::philox_counter block_{};
  std::size_t half_ = 0;
};

} // namespace lfreval::synthetic

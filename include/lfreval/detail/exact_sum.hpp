/// @file
/// Sums of scores without rounding until the end: the same bits under every order, partition and number of threads.
#pragma once
// IWYU pragma: private

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace lfreval::detail {

/// A sum kept as one long fixed-point number in two's complement, wide enough for every value of `Float` and 2^62 of
/// them. The value is the exact sum, rounded once to the nearest double.   384 bits for float, 2,176 for double.
/// Cites: Kulisch 2013. Cost: a few nanoseconds per value; adding two sums costs one pass over the words.
template <class Float> class exact_sum {
  static_assert(std::is_same_v<Float, float> || std::is_same_v<Float, double>);
  static constexpr int lowest =
      std::numeric_limits<Float>::min_exponent - std::numeric_limits<Float>::digits; // exponent of bit 0
  static constexpr int bits = std::numeric_limits<Float>::max_exponent - lowest + 64;
  static constexpr std::size_t words = (static_cast<std::size_t>(bits) + 63) / 64;

public:
  /// Throws `std::invalid_argument` for NaN and infinities.
  void add(Float value) {
    if (!std::isfinite(value)) throw std::invalid_argument("exact_sum: not a finite number");
    if (value == Float{0}) return;
    int exponent = 0;
    // value = mantissa * 2^(exponent - digits), the mantissa a whole number.
    const double fraction = std::frexp(static_cast<double>(value), &exponent);
    auto mantissa = static_cast<std::uint64_t>(std::ldexp(std::fabs(fraction), std::numeric_limits<Float>::digits));
    int shift = exponent - std::numeric_limits<Float>::digits - lowest;
    if (shift < 0) { // a subnormal number: the missing bits are zeros
      mantissa >>= static_cast<unsigned>(-shift);
      shift = 0;
    }
    const auto at = static_cast<std::size_t>(shift) / 64;
    const auto by = static_cast<unsigned>(shift) % 64;
    const std::uint64_t low = mantissa << by, high = by == 0 ? 0 : mantissa >> (64 - by);
    if (value > Float{0}) {
      carry(at + 1, raise(at, low), high);
    } else {
      borrow(at + 1, lower(at, low), high);
    }
  }

  /// Adds what another one has summed.
  exact_sum& operator+=(const exact_sum& other) noexcept {
    std::uint64_t carried = 0;
    for (std::size_t i = 0; i < words; ++i) {
      const std::uint64_t sum = words_[i] + other.words_[i];
      const std::uint64_t with = sum + carried;
      carried = (sum < words_[i] ? 1U : 0U) | (with < sum ? 1U : 0U);
      words_[i] = with;
    }
    return *this;
  }

  /// The sum, rounded to the nearest double, halves to even. Throws `std::overflow_error` when it exceeds every double.
  [[nodiscard]] double value() const {
    std::array<std::uint64_t, words> size = words_;
    const bool negative = (size[words - 1] >> 63U) != 0;
    if (negative) {
      std::uint64_t one = 1;
      for (std::uint64_t& w : size) {
        w = ~w + one;
        one = one != 0 && w == 0 ? 1 : 0;
      }
    }
    std::size_t top = words;
    while (top > 0 && size[top - 1] == 0) --top;
    if (top == 0) return 0.0;
    const int leading = static_cast<int>(top) * 64 - std::countl_zero(size[top - 1]); // bits in use
    const int dropped = leading > 53 ? leading - 53 : 0;
    std::uint64_t kept = 0;
    for (int i = 0; i < 53 && i < leading; ++i) kept |= bit(size, dropped + i) << static_cast<unsigned>(i);
    if (dropped > 0 && bit(size, dropped - 1) != 0) {
      bool beyond_half = (kept & 1U) != 0;
      for (int i = 0; i + 1 < dropped && !beyond_half; ++i) beyond_half = bit(size, i) != 0;
      kept += beyond_half ? 1 : 0;
    }
    const double out = std::ldexp(static_cast<double>(kept), dropped + lowest);
    if (!std::isfinite(out)) throw std::overflow_error("exact_sum: above the largest double");
    return negative ? -out : out;
  }

  friend bool operator==(const exact_sum&, const exact_sum&) = default;

private:
  static std::uint64_t bit(const std::array<std::uint64_t, words>& of, int at) {
    return (of[static_cast<std::size_t>(at) / 64] >> (static_cast<unsigned>(at) % 64)) & 1U;
  }
  std::uint64_t raise(std::size_t at, std::uint64_t by) {
    words_[at] += by;
    return words_[at] < by ? 1 : 0;
  }
  std::uint64_t lower(std::size_t at, std::uint64_t by) {
    const std::uint64_t before = words_[at];
    words_[at] -= by;
    return before < by ? 1 : 0;
  }
  void carry(std::size_t at, std::uint64_t carried, std::uint64_t high) {
    if (at >= words) return;
    carried = raise(at, high) + raise(at, carried); // at most one of the two carries
    for (++at; carried != 0 && at < words; ++at) carried = raise(at, carried);
  }
  void borrow(std::size_t at, std::uint64_t borrowed, std::uint64_t high) {
    if (at >= words) return;
    borrowed = lower(at, high) + lower(at, borrowed);
    for (++at; borrowed != 0 && at < words; ++at) borrowed = lower(at, borrowed);
  }

  std::array<std::uint64_t, words> words_{};
};

} // namespace lfreval::detail

/// @file
/// Points that fill a cube evenly, so that a few thousand evaluations of a model say what millions of random ones would.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace lfreval::sensitivity {

/// As many uncertain inputs as there are direction numbers for. Saltelli's design takes two dimensions per input.
inline constexpr unsigned most_dimensions = 32;

/// The Sobol sequence in Gray-code order, plain or scrambled. A point is a pure function of its index, its dimension, the seed
/// and the randomisation: it does not depend on which points were asked for before, on the thread or on the machine.
///
/// The first 2^m points of a dimension have one point in each interval [k 2^-m, (k + 1) 2^-m). Scrambling keeps that and makes
/// each point uniform by itself, so that randomisations are independent and their spread is the error of computing.
/// Cites: Joe & Kuo 2008 (direction numbers new-joe-kuo-6); Owen 1995 (nested uniform scrambling).
class sobol_sequence {
public:
  /// Not scrambled: the first point is the corner 0. Throws `std::invalid_argument` for no or more than `most_dimensions`.
  explicit sobol_sequence(unsigned dimensions);
  /// Scrambled: digit k of a coordinate is flipped or not by a hash of the digits before it. Throws alike.
  sobol_sequence(unsigned dimensions, std::uint64_t seed, std::uint32_t randomisation);

  [[nodiscard]] unsigned dimensions() const noexcept { return static_cast<unsigned>(directions_.size()); }
  /// In [0, 1) when plain, in (0, 1) when scrambled. Throws for a dimension there is not, and for an index of 2^32 or more.
  /// Cost: some nanoseconds when plain, 60 when scrambled.
  [[nodiscard]] double at(std::uint64_t index, unsigned dimension) const;

private:
  std::vector<std::array<std::uint32_t, 32>> directions_;
  std::vector<std::uint64_t> keys_; ///< of the hash, one per dimension; empty when plain
};

} // namespace lfreval::sensitivity

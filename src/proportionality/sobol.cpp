#include <lfreval/proportionality/sobol.hpp>

#include <bit>

#include <lfreval/detail/philox.hpp>
#include <lfreval/intervals/argument.hpp>

namespace lfreval::sensitivity {

namespace {

/// A primitive polynomial over two elements, its degree and inner coefficients, and the first direction numbers.
struct direction_row {
  unsigned degree = 0;
  std::uint32_t coefficients = 0;
  std::array<std::uint32_t, 7> initial{};
};

// Dimensions 2 to 32 of new-joe-kuo-6.21201; the first dimension is van der Corput's sequence.
constexpr std::array<direction_row, most_dimensions - 1> joe_kuo{{
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
    {7, 7, {1, 1, 3, 13, 7, 35, 63}},
    {7, 8, {1, 3, 5, 9, 1, 25, 53}},
    {7, 14, {1, 3, 1, 13, 9, 35, 107}},
    {7, 19, {1, 3, 1, 5, 27, 61, 31}},
    {7, 21, {1, 1, 5, 11, 19, 41, 61}},
    {7, 28, {1, 3, 5, 3, 3, 13, 69}},
    {7, 31, {1, 1, 7, 13, 1, 19, 1}},
    {7, 32, {1, 3, 7, 5, 13, 19, 59}},
    {7, 37, {1, 1, 3, 9, 25, 29, 41}},
    {7, 41, {1, 3, 5, 13, 23, 1, 55}},
    {7, 42, {1, 3, 7, 3, 13, 59, 17}},
}};

std::array<std::uint32_t, 32> directions_of(unsigned dimension) {
  std::array<std::uint32_t, 32> v{};
  if (dimension == 0) {
    for (unsigned k = 0; k < 32; ++k) v[k] = std::uint32_t{1} << (31U - k);
    return v;
  }
  const direction_row& row = joe_kuo[dimension - 1];
  for (unsigned k = 0; k < 32; ++k) {
    if (k < row.degree) {
      v[k] = row.initial[k] << (31U - k);
      continue;
    }
    v[k] = v[k - row.degree] ^ (v[k - row.degree] >> row.degree);
    for (unsigned j = 1; j < row.degree; ++j)
      if (((row.coefficients >> (row.degree - 1 - j)) & 1U) != 0) v[k] ^= v[k - j];
  }
  return v;
}

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014): every bit of the result depends on every bit given.
constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// Owen's scrambling: which digits came before decides whether the next is flipped.
std::uint32_t scrambled(std::uint32_t digits, std::uint64_t key) noexcept {
  std::uint32_t out = digits;
  for (unsigned k = 0; k < 32; ++k) {
    // A one on top of the digits before tells an empty prefix from one of zeros.
    const std::uint64_t prefix = (std::uint64_t{1} << k) | (k == 0 ? 0U : digits >> (32U - k));
    out ^= static_cast<std::uint32_t>(mixed(key ^ mixed(prefix)) >> 63U) << (31U - k);
  }
  return out;
}

} // namespace

sobol_sequence::sobol_sequence(unsigned dimensions) {
  if (dimensions == 0 || dimensions > most_dimensions)
    detail::wrong_call("sensitivity::sobol_sequence", "dimensions", "are not from 1 to 32");
  for (unsigned d = 0; d < dimensions; ++d) directions_.push_back(directions_of(d));
}

sobol_sequence::sobol_sequence(unsigned dimensions, std::uint64_t seed, std::uint32_t randomisation) : sobol_sequence(dimensions) {
  constexpr std::uint32_t purpose = 0x50534121U; // tells these words from those of other uses of the seed
  for (unsigned d = 0; d < dimensions; ++d)
    keys_.push_back(detail::philox_word({d, randomisation, 0, purpose}, detail::philox_key_of(seed)));
}

double sobol_sequence::at(std::uint64_t index, unsigned dimension) const {
  if (dimension >= directions_.size()) detail::wrong_call("sensitivity::sobol_sequence::at", "dimension", "is out of range");
  if (index >> 32U != 0) detail::wrong_call("sensitivity::sobol_sequence::at", "index", "is 2^32 or more");
  const std::array<std::uint32_t, 32>& v = directions_[dimension];
  std::uint32_t digits = 0;
  for (auto gray = static_cast<std::uint32_t>(index ^ (index >> 1U)); gray != 0; gray &= gray - 1) digits ^= v[static_cast<unsigned>(std::countr_zero(gray))];
  constexpr double unit_step = 0x1p-32;
  if (keys_.empty()) return digits * unit_step;
  return (scrambled(digits, keys_[dimension]) + 0.5) * unit_step;
}

} // namespace lfreval::sensitivity

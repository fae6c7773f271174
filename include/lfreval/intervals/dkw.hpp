/// @file
/// A band around a whole distribution function that needs no model of it.
#pragma once

#include <cmath>
#include <cstdint>

#include <lfreval/intervals/argument.hpp>

namespace lfreval::band {

/// How far, at any threshold, the counted share of independent trials may lie from the true one: with the stated
/// confidence at no threshold farther.   sqrt(ln(2 / alpha) / (2 n)); with one side, of the share lying above or below
/// only, sqrt(ln(1 / alpha) / (2 n)).   Cites: Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990. Undefined without
/// trials (`empty`). The one-sided form needs a confidence of at least 1/2: throws below.
[[nodiscard]] inline estimable<double> dkw(std::uint64_t trials, confidence level, sides on = sides::two) {
  constexpr const char* name = "band::dkw";
  detail::require_count(name, "trials", trials);
  if (on != sides::two && level.alpha() > 0.5) detail::wrong_call(name, "level", "is below 1/2");
  if (trials == 0) return detail::no_trials();
  return std::sqrt(std::log((on == sides::two ? 2.0 : 1.0) / level.alpha()) / (2.0 * static_cast<double>(trials)));
}

} // namespace lfreval::band

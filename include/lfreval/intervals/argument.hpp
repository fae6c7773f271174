/// @file
/// Checks in front of the formulas: a wrong call throws and names itself, it is never mended silently.
#pragma once
// IWYU pragma: private

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>
#include <lfreval/types/unit.hpp>

namespace lfreval::detail {

[[noreturn]] inline void wrong_call(const char* function, const char* argument, const char* why) {
  throw std::invalid_argument(std::string(function) + ": " + argument + " " + why);
}

inline void require_count(const char* function, const char* argument, std::uint64_t value) {
  if (value > largest_count) wrong_call(function, argument, "is above 2^52");
}

inline void require_trials(const char* function, std::uint64_t events, std::uint64_t trials) {
  require_count(function, "trials", trials);
  require_count(function, "events", events);
  if (events > trials) wrong_call(function, "events", "exceed trials");
}

/// Finite, not negative, at most 2^52.
inline void require_amount(const char* function, const char* argument, double value) {
  if (!std::isfinite(value)) wrong_call(function, argument, "is not finite");
  if (value < 0.0) wrong_call(function, argument, "is negative");
  if (value > static_cast<double>(largest_count)) wrong_call(function, argument, "is above 2^52");
}

inline void require_exposure(const char* function, const char* argument, double value, double events) {
  if (!std::isfinite(value)) wrong_call(function, argument, "is not finite");
  if (value < 0.0) wrong_call(function, argument, "is negative");
  if (value == 0.0 && events > 0.0) wrong_call(function, argument, "is zero although there are events");
}

/// The chance of error spent on each end that is bounded.
[[nodiscard]] inline double tail(confidence level, sides on) {
  return on == sides::two ? level.alpha() / 2.0 : level.alpha();
}

/// Puts together the bounds asked for; the other end is the edge of the space.
template <class Lower, class Upper>
[[nodiscard]] interval bounded(confidence level, interval_method method, sides on, double edge, Lower lower, Upper upper) {
  const double q = tail(level, on);
  return {on == sides::upper ? 0.0 : lower(q), on == sides::lower ? edge : upper(q), level, method, on};
}

[[nodiscard]] inline tl::unexpected<undefined> no_value(undefined_reason reason, const char* remedy) {
  return tl::unexpected<undefined>(undefined{reason, remedy, std::nullopt});
}

[[nodiscard]] inline tl::unexpected<undefined> no_value(undefined_reason reason, const char* remedy, double lower,
                                                        double upper) {
  return tl::unexpected<undefined>(undefined{reason, remedy, undefined::range{lower, upper}});
}

[[nodiscard]] inline tl::unexpected<undefined> no_trials() {
  return no_value(undefined_reason::empty, "Record at least one trial; until then any share from 0 to 1 is possible.", 0.0, 1.0);
}

[[nodiscard]] inline tl::unexpected<undefined> no_exposure() {
  return no_value(undefined_reason::empty, "Record some exposure; until then any rate is possible.", 0.0, unbounded);
}

} // namespace lfreval::detail

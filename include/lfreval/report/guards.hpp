/// @file
/// The mistakes that published figures about live facial recognition have made, M01 to M70, and what keeps this library from
/// making them. A closed table: docs/guards.md is written from it (`lfreval reference guards`), and a test checks that the file
/// named exists and that another test is named after the guard.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lfreval {

/// How strong a guard is, the strongest first.
enum class guard_strength : std::uint8_t {
  does_not_compile, ///< the wrong figure cannot be written in C++; in Python it is a `TypeError`
  refused,          ///< it can be asked for, and is not given
  always_shown,     ///< the figure cannot leave the program without what puts it right
  asked_for,        ///< the study has a place for what is missing, and the report says that it is empty
};
[[nodiscard]] std::string_view to_string(guard_strength) noexcept;

/// One row: the mistake, what happens instead, and the file where that is.
struct guard {
  std::string_view id;      ///< `M01`
  std::string_view mistake;
  std::string_view instead;
  guard_strength strength;
  std::string_view lives_in; ///< from the root of the repository
};

[[nodiscard]] std::span<const guard> guards() noexcept;

} // namespace lfreval

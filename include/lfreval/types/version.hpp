/// @file
/// Version of the library, as it is written into every evaluation.
#pragma once

#include <string_view>

namespace lfreval {

[[nodiscard]] std::string_view version() noexcept;

} // namespace lfreval

/// @file
/// What was tested, by whom, and whether it is what is in use (B08, D14, F12, M22, M33, M40, M62, M66, M68).
#pragma once

#include <span>
#include <vector>

#include <lfreval/log/registers.hpp>
#include <lfreval/log/watchlist_entry.hpp>
#include <lfreval/proportionality/indicator_parts.hpp>
#include <lfreval/proportionality/uses.hpp>

namespace lfreval {

/// Evidence belongs to a version, a threshold and a size of list: a test of another version answers nothing (M33). Who tested, who
/// paid and who decided what was tested are three questions (M68); one test that is independent in all three is enough.
[[nodiscard]] indicator_parts test_parts(const register_log&, std::span<const watchlist_entry>, const std::vector<deployment_use>&);

} // namespace lfreval

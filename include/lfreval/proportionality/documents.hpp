/// @file
/// Which documents a force has, whether they were made before and kept up, and whether they agree (A02-A04, A11, C16, M63).
#pragma once

#include <optional>

#include <lfreval/log/registers.hpp>
#include <lfreval/proportionality/indicator_parts.hpp>
#include <lfreval/types/date.hpp>

namespace lfreval {

/// Checks of documents, of what they tell people, and of equality reviews after changes. `first` and `last`: days of use.
[[nodiscard]] indicator_parts document_parts(const register_log&, std::optional<calendar_date> first, std::optional<calendar_date> last);

/// Whether documents state the same periods, and whether they were kept. Of several stated periods the shortest binds.
[[nodiscard]] indicator_parts retention_parts(const register_log&);

} // namespace lfreval

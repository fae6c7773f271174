/// @file
/// What the watchlist register says of one enrolled image.
#pragma once

#include <optional>
#include <string>

#include <lfreval/types/date.hpp>

namespace lfreval {

/// One image. Of free text only whether it is there is kept; category and grade are held against the watchlist policy and printed
/// only under the names that it gives.
struct watchlist_entry {
  std::string person, category, offence_grade;
  bool has_legal_basis = false, has_source = false, has_presence_reason = false, has_authority = false;
  std::optional<calendar_date> image_date, verified;
  std::string age_band; ///< `under_13`, `under_18`, `adult` or nothing
  std::optional<bool> address_known;
};

} // namespace lfreval

// What a councillor reads of a finding: three digits, the unit, both limits rounded outward. Private to the report stage.
#pragma once

#include <string>
#include <vector>

#include <lfreval/types/number.hpp>

#include "report/document.hpp"

namespace lfreval::page {

/// `about 1 in 346,000 of the faces seen; between 1 in 868,000 and 1 in 167,000`; empty where the finding holds no value.
[[nodiscard]] std::string plain_words(const json_document& finding);

/// What the finding is about: `False alerts per face seen`, with the outcome or the limit where it has one.
[[nodiscard]] std::string title_of(const json_document& finding);

/// `threshold 0.64, year 2025`: the axes but for outcome and limit, which belong to the title.
[[nodiscard]] std::string place_of(const json_document& finding);

/// The cells of a row: counts, value and both limits, rounded outward, in the unit of the kind.
struct value_cells {
  std::string events, exposure, value, lower, upper;
};
[[nodiscard]] value_cells cells_of(const json_document& finding);

/// How the value was made: confidence, method, clusters, design effect.
[[nodiscard]] std::string how_made(const json_document& finding);

/// What an undecided reader must also know: unresolved labels taken either way, a miscount, the spread between deployments.
[[nodiscard]] std::vector<std::string> reservations(const json_document& finding);

/// `Met`, `Not met`, `Not decided by the data`, `Not measured`.
[[nodiscard]] std::string verdict_words(const std::string& verdict);

/// `1 in 1,000 faces`, as a limit was declared: `at most 1 in 1,000 faces`.
[[nodiscard]] std::string limit_title(const json_document& verdict_finding);

/// A share to three digits, rounded as asked: `1 in 346,000` up to one in ten, `12.3 %` above.
[[nodiscard]] std::string about(double share, rounding, bool as_percent);

/// `1 row`, `3,100 rows`.
[[nodiscard]] std::string plural(std::uint64_t n, const std::string& one, const std::string& many);

/// First letter large.
[[nodiscard]] std::string capital(std::string);

} // namespace lfreval::page

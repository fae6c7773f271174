/// @file
/// Do published claims agree with their own arithmetic? A percentage against its counts, against its `1 in` form, and the parts
/// of one source against their total. Guards M06, M34.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <lfreval/log/published.hpp>
#include <lfreval/quality/record_quality.hpp>

namespace lfreval {

/// What the checks of claims found. Rows of a check are named `claim ID` or `source WORDS`.
struct claim_quality {
  record_check own_arithmetic;   ///< each claim against itself
  record_check parts_and_total;  ///< alerts = true alerts + false alerts (+ unresolved alerts) within one source
  std::map<std::string, std::string> contradicted; ///< claim -> the arithmetic that refutes it
};

/// A printed number agrees when it is the arithmetic rounded or cut off at its printed place; a `1 in` figure also where its
/// trailing zeros are taken as rounding (1 in 6,000 for 5,882). A disagreement by a factor near 100 is named as a percent sign
/// lost or added. A number that one source gives twice with different values takes part in no sum.
[[nodiscard]] claim_quality examine(const published_claims&);

} // namespace lfreval

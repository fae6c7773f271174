/// @file
/// The published counts of a deployment by the name of their column, so that a check can name the cells it implicates and a
/// correction can change one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/log/deployments.hpp>

namespace lfreval {

/// The filled count cells of a row: `alerts`, `true_confirmed`, `outcome.arrest` …
[[nodiscard]] std::map<std::string, std::uint64_t> cells_of(const deployment_record&);

/// One of them; nothing where the cell is empty.
[[nodiscard]] std::optional<std::uint64_t> cell_of(const deployment_record&, std::string_view cell);

/// The same row with one count replaced. `cell` is a name that `cells_of` gives; another name throws
/// `std::invalid_argument`.
[[nodiscard]] deployment_record with_cell(const deployment_record&, std::string_view cell, std::uint64_t value);

/// The cells whose sum should be the alerts: the published totals where they are given, the confirmed and the unconfirmed
/// otherwise. Empty when a part is missing.
[[nodiscard]] std::vector<std::string> parts_of_alerts(const deployment_record&);

} // namespace lfreval

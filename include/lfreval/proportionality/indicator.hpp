/// @file
/// The closed table of indicators: everything a policy or the dossier may cite by name. Rates are metrics and have a row here
/// too, which says on which limb they bear and what has to be on record for them.
///
/// To add an indicator: one row in src/proportionality/indicators.cpp, what makes it, one test.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <lfreval/types/metric.hpp>

namespace lfreval {

/// The question of the proportionality test that an indicator bears on (Bridges CA 132-133, DC 98). No limb has a score, and
/// none is weighed against another.
enum class limb : std::uint8_t {
  legality,            ///< are who, where and why fixed in advance?
  legitimate_aim,      ///< is the aim important enough?
  rational_connection, ///< does it find the people it is for?
  strict_necessity,    ///< could less have done it?
  fair_balance,        ///< what was taken, and from whom?
};
inline constexpr std::size_t limb_count = 5;
[[nodiscard]] std::string_view to_string(limb) noexcept;

/// What an indicator says.
enum class indicator_kind : std::uint8_t {
  check,        ///< met where it examined something and names no row, not met where it names one
  count,        ///< a number of one unit
  rate,         ///< a metric: a tally with its interval
  quantity,     ///< so many of one unit for each of another
  distribution, ///< median, ninth decile and extremes of what was recorded
  ratio,        ///< one rate over another
  difference,   ///< a change less the change elsewhere
  curve,        ///< a series or a table
};
[[nodiscard]] std::string_view to_string(indicator_kind) noexcept;

/// An axis of the keys of an indicator.
struct indicator_axis {
  std::string_view name;
  std::string_view values; ///< separated by `|`; empty where the records name them
};

struct indicator {
  std::string_view key;                   ///< name of its findings before the `@`
  std::string_view name;                  ///< in plain words
  limb bears_on;
  indicator_kind kind;
  std::string_view unit;                  ///< of the number printed; empty for checks
  std::span<const indicator_axis> axes;   ///< beside `scope`
  std::string_view needs;                 ///< tables and registers, `, ` between; see `evidence_names`
  std::string_view remedy;                ///< what to record where they are missing
  std::string_view cites;                 ///< catalogue and guard ids, `, ` between
  std::optional<metric_id> metric;        ///< of a rate
};

/// All indicators, limb by limb as the dossier shows them.
[[nodiscard]] std::span<const indicator> indicators() noexcept;
/// Null when no indicator has this key.
[[nodiscard]] const indicator* find_indicator(std::string_view key) noexcept;
/// True when the indicator cannot be had without this table or register.
[[nodiscard]] bool needs(const indicator&, std::string_view evidence) noexcept;

/// The tables of a log and the registers that indicators are made from.
[[nodiscard]] std::span<const std::string_view> evidence_names() noexcept;
/// What to record to have one of them; empty for a name that is none.
[[nodiscard]] std::string_view remedy_for(std::string_view evidence) noexcept;

} // namespace lfreval

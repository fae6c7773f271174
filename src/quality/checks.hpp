// The checks one by one. Private to the quality stage.
#pragma once

#include <string>
#include <vector>

#include <lfreval/quality/record_quality.hpp>

namespace lfreval {

/// A deployment as its reader would name it: with its force where the series holds several.
[[nodiscard]] std::string name_of(const deployment_series&, const deployment_record&);

/// A check before its first row.
[[nodiscard]] record_check started(const char* name, const char* rule, const char* cites, check_severity = check_severity::fault);
/// `1 of 323 examined.`
[[nodiscard]] std::string of_examined(const record_check&);

/// Completed deployments in (date, force, id) order: the order in which a publisher lists them.
[[nodiscard]] std::vector<const deployment_record*> by_date(const deployment_series&);

/// Two columns that hold parts of the same whole and are the same in every row of a stretch of the series.
struct identical_columns {
  std::string first, second;
  std::vector<const deployment_record*> rows;
};
[[nodiscard]] std::vector<identical_columns> find_identical_columns(const deployment_series&);

[[nodiscard]] record_check check_complete(const deployment_series&);
[[nodiscard]] record_check check_alerts(const deployment_series&, record_quality&);
[[nodiscard]] record_check check_identical(const deployment_series&, record_quality&);
[[nodiscard]] record_check check_outcomes(const deployment_series&, record_quality&);
[[nodiscard]] record_check check_engagements(const deployment_series&);
[[nodiscard]] record_check check_exposures(const deployment_series&);
[[nodiscard]] record_check check_published_rates(const deployment_series&);
[[nodiscard]] record_check check_dates(const deployment_series&);
[[nodiscard]] record_check check_numbering(const deployment_series&);
[[nodiscard]] record_check check_duplicates(const deployment_series&);
[[nodiscard]] record_check check_watchlists(const deployment_series&);
[[nodiscard]] record_check check_rounding(const deployment_series&);

} // namespace lfreval

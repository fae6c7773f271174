/// @file
/// Which deployments are pooled, and under what name.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>

namespace lfreval {

/// Deployments that are pooled, and the axis values that name them: `{threshold: 0.64}`. The empty value stands for
/// deployments that do not record the axis: no cell can hold it.
struct stratum {
  std::map<std::string, std::string> axes;
  std::vector<const deployment_record*> members; ///< in canonical order
};

/// The whole series, then by threshold (in numerical order), year, use case (the set claimed, so that strata do not overlap)
/// and site. Pointers are into the series.
[[nodiscard]] std::vector<stratum> strata_of(const deployment_series&);

/// The value of the axis `deployment`: its identifier, behind its force where the series holds several.
[[nodiscard]] std::string deployment_value(const deployment_series&, const deployment_record&);

} // namespace lfreval

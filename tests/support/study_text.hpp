/// @file
/// A study of deployments with one limit, as text to which a test adds its own tables.
#pragma once

#include <string>

namespace lfreval::test {

inline const std::string limited_study_head = R"(schema = 1
[study]
name = "n"
[[source]]
name = "a"
kind = "operational"
table = "deployments"
files = ["a.csv"]
[[limit]]
metric = "false_alerts_per_face"
at_most = { events = 1, exposure = 1000 }
source = "policy"
)";

} // namespace lfreval::test

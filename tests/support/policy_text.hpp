/// @file
/// Policies of a few lines, in which each test changes what it is about.
#pragma once

#include <lfreval/proportionality/policy.hpp>

#include <doctest/doctest.h>
#include <string>

namespace lfreval::test {

inline const std::string policy_head = "schema = 1\n[policy]\nname = \"own\"\ntitle = \"Own\"\nversion = \"1\"\n";

/// A criterion of any kind; `more` is what its kind needs.
inline std::string criterion_text(const std::string& id, const std::string& kind, const std::string& more, const std::string& limb = "fair_balance", const std::string& strength = "must") {
  return "[[criterion]]\nid = \"" + id + "\"\nlimb = \"" + limb + "\"\nsource = \"a statute\"\nclause = \"s.1\"\nverified = false\nkind = \"" + kind + "\"\nstrength = \"" + strength +
         "\"\ndata_principle = \"correctness\"\nai_principle = \"fairness\"\nrequirement = \"Something is asked.\"\nuncertainty = [\"U1\"]\n" + more;
}

inline std::string limit_text(const std::string& id, const std::string& reads = "false_alerts_per_face", const std::string& comparator = "at_most", const std::string& line = "{ events = 1, exposure = 1000 }",
                              const std::string& unit = "false alerts / faces") {
  return criterion_text(id, "limit", "reads = \"" + reads + "\"\ncomparator = \"" + comparator + "\"\n" + (line.empty() ? "" : "line = " + line + "\n") + "unit = \"" + unit +
                                         "\"\n[criterion.says]\nmet = \"Kept.\"\nnot_met = \"Broken.\"\ninconclusive = \"Open.\"\nnot_measured = \"Not known.\"\n");
}
inline std::string metric_text(const std::string& id, const std::string& reads, const std::string& unit) {
  return criterion_text(id, "metric", "reads = \"" + reads + "\"\n" + (unit.empty() ? "" : "unit = \"" + unit + "\"\n") + "[criterion.says]\nshown = \"Laid out.\"\nnot_measured = \"Not known.\"\n");
}
inline std::string evidence_text(const std::string& id, const std::string& reads, const std::string& strength = "must") {
  return criterion_text(id, "evidence", "reads = \"" + reads + "\"\n[criterion.says]\nmet = \"There.\"\nnot_met = \"Lacking.\"\nnot_measured = \"Not known.\"\n", "legality", strength);
}
inline std::string process_text(const std::string& id) { return criterion_text(id, "process", "[criterion.says]\nnot_measured = \"Ask for it.\"\n", "strict_necessity"); }

/// The policy of these criteria, which has to be without fault.
inline policy policy_of(const std::string& criteria) {
  auto out = parse_policy(policy_head + criteria, "own.toml");
  if (!out)
    for (const error& why : out.error()) MESSAGE(why.message());
  REQUIRE(out.has_value());
  return std::move(*out);
}

} // namespace lfreval::test

/// @file
/// Policies as data: what a statute, a judgment, a regulator or a force asks, each demand tied to the finding that answers it.
///
/// ```
/// const auto shipped = lfreval::load_policy("uk-police", "");
/// for (const lfreval::criterion& one : shipped->criteria) std::cout << one.id << " reads " << one.reads << "\n";
/// ```
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/proportionality/indicator.hpp>
#include <lfreval/study/keys.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/error.hpp>
#include <lfreval/types/limit.hpp>

namespace lfreval {

/// How a criterion can be answered at all.
enum class criterion_kind : std::uint8_t {
  metric,   ///< a figure is laid out; there is no line to hold it against
  limit,    ///< a figure is held against a line: met, not met, inconclusive
  evidence, ///< a check of the registers: a document, a time kept, a route on record
  process,  ///< something done that no record of this tool holds
};
[[nodiscard]] std::string_view to_string(criterion_kind) noexcept;

enum class criterion_comparator : std::uint8_t {
  shown,                     ///< a figure is laid out
  at_most, at_least,         ///< a line on a rate
  equivalent_between_groups, ///< every comparison between groups lies within the margin declared beforehand (M21)
  holds,                     ///< a check names no row
};
[[nodiscard]] std::string_view to_string(criterion_comparator) noexcept;

enum class criterion_strength : std::uint8_t { must, should };
[[nodiscard]] std::string_view to_string(criterion_strength) noexcept;

/// The principles of data protection, as DPA 2018 Part 3 chapter 2 has them.
enum class data_principle : std::uint8_t { lawful_and_fair, purpose_limitation, minimisation, correctness, storage_limitation, security, accountability };
[[nodiscard]] std::string_view to_string(data_principle) noexcept;

/// The five principles of the AI White Paper (2023).
enum class ai_principle : std::uint8_t { safety_and_security, transparency_and_explainability, fairness, accountability_and_governance, contestability_and_redress };
[[nodiscard]] std::string_view to_string(ai_principle) noexcept;

/// What the dossier says of one criterion. Nothing is added up or weighed.
enum class criterion_status : std::uint8_t { met, not_met, inconclusive, shown, not_measured };
[[nodiscard]] std::string_view to_string(criterion_status) noexcept;

/// One demand.
struct criterion {
  std::string id;                     ///< `B11a`; unique in its policy
  limb bears_on{};
  std::string source, clause;
  bool verified = false;              ///< whether the clause was checked against the primary text
  criterion_kind kind{};
  criterion_strength strength{};
  data_principle data{};
  ai_principle ai{};
  std::vector<std::string> documents; ///< written ones it belongs in: `dpia`, `equality`, `transparency`
  std::string requirement;            ///< in the words of the policy's author
  std::string reads;                  ///< finding key as written; empty for a process
  std::string name;                   ///< of the metric or indicator it reads
  std::map<std::string, std::string> axes; ///< the finding must have; `*` is any value
  std::optional<metric_id> metric;    ///< where it reads one
  criterion_comparator comparator{};
  std::optional<limit> line;          ///< for `at_most` and `at_least`
  std::string unit;                   ///< `false alerts / faces`, as checked against the table of metrics
  std::vector<std::string> uncertainty; ///< codes U1 to U7, `exact` or `none`
  std::map<criterion_status, std::string> says; ///< the sentence for each outcome it can have
  study_position at;
};

struct policy {
  std::string name, title, version, note;
  std::string file;                   ///< as named in the study; the name of a shipped one
  bool shipped = false;
  std::string sha256;
  std::vector<criterion> criteria;    ///< in the order of the file
};

/// A policy that comes with the library, as its text.
struct shipped_policy { std::string_view name, text; };
[[nodiscard]] std::span<const shipped_policy> shipped_policies() noexcept;

/// The policy language as a table of keys; docs/policies.md is printed from it.
[[nodiscard]] std::span<const study_key> policy_keys() noexcept;
/// The schema version of policies that this build reads.
inline constexpr std::int64_t policy_schema = 1;

/// Reads a policy and holds each criterion against the closed tables of metrics and indicators. A finding key that nothing can
/// have, a unit that does not exist, a unit or a direction that is not of the metric it reads (M39), a criterion twice, a sentence that
/// is missing or claims what no record can bear are refused. All errors in the order of the file; the vector is never empty.
[[nodiscard]] tl::expected<policy, std::vector<error>> parse_policy(std::string_view text, const std::string& file);

/// A shipped policy by its name, or the file at a path, which must end in `.toml`; relative to `folder` where that is not empty.
[[nodiscard]] tl::expected<policy, std::vector<error>> load_policy(const std::string& named, const std::string& folder);

/// The policies of a study, in its order; two of one name are refused.
[[nodiscard]] tl::expected<std::vector<policy>, std::vector<error>> load_policies(const study&);

/// Whether two limits draw one line: 1 in 1,000 and 2 in 2,000 of one metric on one side, of the whole or in every group of one axis.
[[nodiscard]] bool is_same_line(const limit&, const limit&) noexcept;

/// The limits of policies that the study does not declare itself, so that they are judged as its own are; not those on metrics of
/// registers, which the dossier judges by their estimates. Their source names policy and criterion.
[[nodiscard]] std::vector<limit> limits_of(const std::vector<policy>&, const std::vector<limit>& declared);

/// What differs between two policies, one line each: criteria that only one has, and fields that changed.
[[nodiscard]] std::vector<std::string> differences(const policy&, const policy&);

} // namespace lfreval

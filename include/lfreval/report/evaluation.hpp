/// @file
/// The evaluation of a study: everything that file, terminal and table show.
///
/// ```
/// const auto declared = lfreval::read_study("study.toml");
/// const auto done = lfreval::evaluate(*declared, {.threads = 2});
/// lfreval::write_file_atomically("evaluation.json", lfreval::to_json(*done, {.command = "…"}));
/// ```
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/report/finding.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval {

struct dossier;
struct published_claims;
struct register_log;
struct score_log;
struct trial_log;

/// What was read, before anything is divided.
struct record_summary {
  std::uint64_t deployments = 0, aborted = 0, cancelled = 0, refused = 0;
  std::uint64_t faces = 0, faces_not_recorded = 0;
  std::uint64_t faces_with_error = 0; ///< deployments that declare how far their count of faces may be off
  std::optional<calendar_date> from, to;
  std::uint64_t passages = 0; ///< of trials, over all sources and systems
  std::uint64_t comparisons = 0; ///< of score files
};

struct evaluation {
  study declared;
  record_summary records;
  std::vector<not_measured_item> not_measured;
  std::vector<std::string> not_evaluated;   ///< declared in the study, and without effect in this version
  std::vector<finding> findings;            ///< absent rates, checks, changes of counting, strata, comparisons, single deployments
  std::vector<curve> curves;
  std::shared_ptr<const dossier> laid_out;  ///< where the study names policies; else null
  std::vector<input_file> files;
  ledger refused;
  std::map<std::string, std::uint64_t> left_out;

  /// The finding with this key, or null.
  [[nodiscard]] const finding* find(const std::string& key) const;
  std::unordered_map<std::string, std::size_t> index; ///< key -> place in `findings`
};

struct evaluation_options {
  unsigned threads = 1; ///< the result does not depend on it
};

/// Reads the sources of a study and evaluates them. When more rows are refused than the study allows, the errors are the
/// refused rows in ledger order, followed by one that states the limit.
[[nodiscard]] tl::expected<evaluation, std::vector<error>> evaluate(const study&, const evaluation_options&);

/// Evaluates deployments, claims about them, passages of trials, score sets and registers that are already in memory. Throws
/// `std::invalid_argument` where a policy that the study names cannot be read: `load_policies` says why.
[[nodiscard]] evaluation evaluate(const study&, deployment_series, const evaluation_options&);
[[nodiscard]] evaluation evaluate(const study&, deployment_series, const evaluation_options&, published_claims);
[[nodiscard]] evaluation evaluate(const study&, deployment_series, const evaluation_options&, published_claims, const trial_log&);
[[nodiscard]] evaluation evaluate(const study&, deployment_series, const evaluation_options&, published_claims, const trial_log&, const score_log&);
[[nodiscard]] evaluation evaluate(const study&, deployment_series, const evaluation_options&, published_claims, const trial_log&, const score_log&, const register_log&);

} // namespace lfreval

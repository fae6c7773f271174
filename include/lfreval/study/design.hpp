/// @file
/// A design: what a trial shall be able to show, and what is supposed about the world while nothing was measured.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/study/keys.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/error.hpp>
#include <lfreval/types/limit.hpp>

namespace lfreval {

/// Something that the trial shall support.
struct design_claim {
  enum class kind : std::uint8_t {
    limit,       ///< a rate keeps a limit
    ratio,       ///< a ratio between groups this large would be found
    equivalence, ///< groups that fare alike are shown to, within a margin
    better,      ///< that the system is better than the comparator on the same passages would be found, where it is so much better
    no_worse     ///< systems that are equally good on the same passages: the system is shown to be at most so much worse
  };
  kind what = kind::limit;
  metric_id metric{};
  limit declared;              ///< of a limit
  std::string group, reference; ///< axis, and the group the others are compared with; of axes crossed `ethnicity and sex` and `white, f`
  double factor = 0.0;         ///< ratio to be found, or margin; of two systems a difference of their rates
  std::optional<double> discordant_share; ///< of two systems: of the passages on which only one errs; nothing: as if their errors were unrelated
};

/// What a claim on two systems supposes of the passages: shares of them.
struct supposed_difference {
  double system = 0.0, comparator = 0.0; ///< the rates
  double better_only = 0.0, worse_only = 0.0; ///< only the system is right, only the comparator is

  /// Both rates bound how often only one errs: no less than their difference, no more than all errors, or all that is right.
  [[nodiscard]] double least_discordant() const { return system < comparator ? comparator - system : system - comparator; }
  [[nodiscard]] double most_discordant() const { return system + comparator < 1.0 ? system + comparator : 2.0 - system - comparator; }
  [[nodiscard]] bool is_possible() const;
};

/// With the rate that is supposed of the system. Where no share was declared the errors of the two are unrelated.
[[nodiscard]] supposed_difference difference_of(const design_claim&, double rate_of_system);

struct trial_design {
  std::string file, sha256, name;
  confidence level{0.95};
  double power = 0.8;
  std::uint64_t seed = 0;
  std::string system = "system";             ///< its name in the study
  std::optional<double> operating_threshold; ///< that the limits are about
  std::string comparator;                    ///< another system that judges the same passages; empty where there is none
  double comparator_threshold = 0.0;
  std::optional<std::uint64_t> watchlist_persons;
  std::map<metric_id, double> rates;         ///< planning value of each metric that a claim is on
  std::optional<double> worth_passages;      ///< how many passages the planning values are worth, for the assurance
  std::uint64_t passes_per_person = 1;
  double design_effect = 1.0;                ///< declared, or 1 + (passes - 1) correlation
  std::optional<double> within_person_correlation;
  std::optional<double> footfall_per_hour;   ///< passages of people who are not listed
  std::map<std::string, std::map<std::string, double>> mix; ///< axis -> group -> share of the passages; axes crossed too
  std::vector<std::string> crossed_by_product; ///< of those the ones whose shares nobody declared: the shares of their axes multiplied
  std::vector<design_claim> claims;
  struct budget_values {
    std::optional<std::uint64_t> persons, nonmated_passages; ///< volunteers, who are listed; passages of people who are not
    std::optional<double> hours;
    std::optional<std::uint64_t> expected_false_alerts;
  };
  std::optional<budget_values> budget;
};

/// The axes that `ethnicity and sex` crosses; one where nothing is crossed.
[[nodiscard]] std::vector<std::string> crossed_axes(std::string_view axis);
/// The label on each of these axes of a group of theirs: `black, f` of two.
[[nodiscard]] std::vector<std::string> crossed_labels(std::string_view group, std::size_t axes);
/// The axes of all claims, in the order of the study: those that are crossed stand first, as they are crossed.
[[nodiscard]] std::vector<std::string> axes_of(const std::vector<design_claim>&);

/// The schema version of designs that this build reads.
inline constexpr std::int64_t design_schema = 1;

/// The design language, as `study_keys` is that of studies.
[[nodiscard]] std::span<const study_key> design_keys() noexcept;

/// Reads and checks a design. All errors are returned, first to last line.
[[nodiscard]] tl::expected<trial_design, std::vector<error>> read_design(const std::string& file);
[[nodiscard]] tl::expected<trial_design, std::vector<error>> parse_design(std::string_view text, const std::string& file);

} // namespace lfreval

/// @file
/// The plan of a trial: what its claims need, what its budget can and cannot show, and the study that it will be held to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/study/design.hpp>

namespace lfreval {

/// What one claim needs. Counts of passages hold the design effect.
struct planned_claim {
  design_claim claim;
  std::string group;                       ///< of a comparison: the group that needs most; of a limit on every group the smallest
  bool reachable = false;                  ///< false where the planning values do not keep the limit themselves
  std::uint64_t passages = 0;              ///< mated or non-mated, as the metric has it; of all groups together
  std::uint64_t group_passages = 0;        ///< of `group`, where there is one
  double approximate_group_passages = 0.0; ///< of a ratio: by the normal form, before the exact test was asked
  std::uint64_t most_errors = 0;           ///< of a limit: with so many among the independent passages, those of `group` where there is one, it is still proven
  std::uint64_t without_errors = 0;        ///< of a limit: passages when nothing goes wrong at all; of one on every group: in each
  double power = 0.0;                      ///< reached, if the planning values are right
  std::uint64_t simulated_trials = 0;      ///< behind that chance, of a limit where people pass more than once and of two systems; 0 where it was computed
  std::optional<double> assurance;         ///< of a limit on everybody: the same when they are uncertain
  std::optional<std::uint64_t> persons;    ///< of passages of people listed
  std::optional<double> hours;             ///< of passages of others
};

/// What a budget says about one claim, and beyond the claims.
struct budget_answer {
  std::size_t claim = 0;
  double power = 0.0;                    ///< with this budget
  std::optional<double> assurance;
  std::optional<double> best_limit;      ///< of a limit: what would be proven without any error, of every group where the limit is on each
  std::optional<double> detectable_ratio; ///< of a comparison: found with the planned power
  std::optional<double> detectable_difference; ///< of two systems: found, or kept within, with the planned power; by the normal form
};

/// So many of the people listed shall be of this group.
struct group_quota {
  std::string axis, group;
  std::uint64_t persons = 0;
};

struct group_sensitivity {
  std::string axis, group;
  double share = 0.0;
  std::optional<double> detectable_ratio; ///< to everybody else; none where even all events on this group would not do
};

struct trial_plan {
  trial_design design;
  std::vector<planned_claim> claims;
  std::uint64_t mated_passages = 0, nonmated_passages = 0; ///< the most that any claim needs
  std::uint64_t persons = 0;
  std::optional<double> hours;
  std::vector<group_quota> quotas; ///< of the people listed, where a claim of finding them speaks of groups
  std::vector<budget_answer> budget;
  std::uint64_t budget_mated = 0, budget_nonmated = 0;
  std::vector<group_sensitivity> groups; ///< what the expected false alerts could show
  std::string study, study_sha256; ///< the pre-registration: a study file that declares limits and margins
};

/// Sizes every claim. Limits are held to the bound of the ladder that the evaluation will take, for people with equal numbers of
/// passages and the planned design effect; comparisons of groups to the exact test at the number of independent passages that the
/// design effect leaves; equivalence to the normal form. Several groups against a reference share the error (Bonferroni): the planned
/// passages are enough for Holm's procedure. Groups of axes crossed are groups like others. A limit on every group is proven where
/// each group keeps it, with no correction (intersection-union): the chance is the product over the groups. Of people recruited, groups
/// have their planned numbers; of people who pass unasked they vary, and the chance of each is the mean over what they may be.
///
/// Two systems on the same passages are held to the two-sided interval of their difference that an evaluation states: all of it on the
/// side that is claimed. Its chance is that of simulated trials (`identification::chance_to_tell_apart`), or where there are very many
/// passages on which they differ that of the normal form (Connor 1987).
///
/// A trial finds its own design effect. Where people pass more than once the chance of a limit is therefore that of simulated trials,
/// in which each person's own rate of errors is drawn from a beta distribution (`identification::chance_to_prove`), and people are
/// added until it is reached. The same seed gives the same plan.
/// Throws `std::invalid_argument` for planning values that `read_design` refuses. Cost: up to seconds, for ratios near 1.
[[nodiscard]] trial_plan plan_trial(const trial_design&);

/// How the chance that a claim is supported grows with the trial.
struct chance_curve {
  struct point {
    std::uint64_t passages = 0;
    double chance = 0.0;
  };
  std::size_t claim = 0;      ///< its place in the plan
  std::vector<point> points;  ///< from a tenth of what the claim needs to twice that, and the budget where it lies between
};

/// The curve of every claim within reach. The chances are those of `planned_claim::power`. Cost: twenty times that of the plan.
[[nodiscard]] std::vector<chance_curve> chances_by_size(const trial_plan&);

/// How often simulated trials supported a claim.
struct simulated_claim {
  std::size_t claim = 0; ///< its place in the plan
  std::uint64_t trials = 0, supported = 0;
};

struct evaluation_options;

/// Runs the whole analysis that was planned: for each claim within reach, trials of the planned size are drawn from the planning
/// values, logged as passages and evaluated as any trial is, and those are counted whose evaluation says what the claim says: the limit
/// met, the groups `different` or `equivalent`. Each claim has a world of its own: rates as supposed, and for a ratio the one group with
/// so many times the errors of the others. People's own rates are drawn from a beta distribution with the supposed correlation.
/// The same seed gives the same trials. Throws for no trials. Cost: an evaluation for each trial, tenths of a second for 10^4 passages.
[[nodiscard]] std::vector<simulated_claim> simulate_plan(const trial_plan&, std::uint64_t trials, const evaluation_options&);

[[nodiscard]] std::string to_text(const trial_plan&);
/// One line for each claim that was simulated: how often it was supported, with its exact interval, beside what the plan says.
[[nodiscard]] std::string to_text(const trial_plan&, const std::vector<simulated_claim>&);
/// The same as one HTML file that needs nothing else, with the chance of each claim drawn over the size of the trial, and the study
/// to be deposited. Every string of the design is escaped. Cost: that of `chances_by_size`.
[[nodiscard]] std::string to_page(const trial_plan&, const std::vector<simulated_claim>& = {});

} // namespace lfreval

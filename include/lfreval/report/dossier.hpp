/// @file
/// The dossier: what policies ask, limb by limb, beside the findings that answer it. It is laid out and not decided: there is no
/// weight, no total and no answer across limbs (M59); what was not measured comes first.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/proportionality/policy.hpp>
#include <lfreval/report/finding.hpp>
#include <lfreval/types/limit.hpp>

namespace lfreval {

/// One finding that answers a criterion.
struct dossier_reading {
  std::string key;              ///< of the finding
  criterion_status outcome{};   ///< of this finding by itself
  std::optional<verdict> bound; ///< where the finding holds no verdict and was held against the line here
};

/// One criterion with what the evaluation says to it.
struct dossier_line {
  std::size_t policy = 0, criterion = 0; ///< places in the dossier and in its policy
  criterion_status status{};
  std::vector<dossier_reading> readings; ///< in the order of the findings
  std::string remedy;                    ///< what would answer it, where it is not answered
};

/// What would change the answer to a criterion.
struct dossier_change {
  std::string policy, criterion, what;
};

/// One limb, in the order in which a panel needs it.
struct dossier_limb {
  limb which{};
  std::vector<dossier_line> not_measured; ///< processes among them: no record of this tool holds those
  std::vector<dossier_line> limits;
  std::vector<dossier_line> indicators;
  std::vector<dossier_line> documents;    ///< checks of the registers
  std::vector<dossier_change> would_change;
  std::map<criterion_status, std::size_t> counts; ///< criteria by status; never put together, and never across limbs
  bool shown = false; ///< some criterion is answered, and every one that binds (`must`) and could be is met or laid out
  std::string conclusion;
};

struct dossier {
  std::vector<policy> policies;
  std::vector<dossier_limb> limbs;
  std::string conclusion; ///< `Not shown on the evidence given …`, or that the judgement is for those who decide

  [[nodiscard]] const policy& policy_of(const dossier_line& line) const { return policies.at(line.policy); }
  [[nodiscard]] const criterion& criterion_of(const dossier_line& line) const { return policy_of(line).criteria.at(line.criterion); }
};

/// Lays policies out beside findings. A pure function: the same arguments give the same dossier. A criterion reads the findings of
/// its metric or indicator that are of the whole of the records, or of one threshold, and have the axes it names. Several findings come
/// to `not_met` if any is not met, else to `inconclusive` if any is not decided, and are met only together. A limit is held against
/// the finding's verdict where it has one, else against the one-sided bound of its rate. A figure that is projected, refused or undefined
/// answers nothing.
/// Cost: linear in criteria times findings of one name.
[[nodiscard]] dossier lay_out(std::vector<policy>, const std::vector<finding>&, const std::vector<not_measured_item>&, const study&);

/// `Gate 0: in accordance with the law`, the question of a limb, and what no figure can show of it.
struct limb_words { std::string_view title, question, never; };
[[nodiscard]] const limb_words& words_of(limb) noexcept;

} // namespace lfreval

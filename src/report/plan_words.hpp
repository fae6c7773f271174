// What a plan says in words, on a terminal and on a page. Private to the report stage.
#pragma once

#include <string>
#include <vector>

#include <lfreval/report/plan.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval {

[[nodiscard]] unit passages_of(const design_claim&);
/// `81.2 %`, rounded down.
[[nodiscard]] std::string chance_words(double chance);
/// What the trial shall support.
[[nodiscard]] std::string claim_words(const trial_design&, const design_claim&);
/// What that takes.
[[nodiscard]] std::string need_words(const trial_design&, const planned_claim&);
/// What all claims take together.
[[nodiscard]] std::string total_words(const trial_plan&);
/// Who has to be on the list for that.
[[nodiscard]] std::string list_words(const trial_plan&);
/// What the budget can and cannot show of each claim, in their order.
[[nodiscard]] std::vector<std::string> budget_words(const trial_plan&);
/// How much more of the expected false alerts a group would have to have: before the groups, and a group.
[[nodiscard]] std::string sensitivity_words(const trial_plan&);
[[nodiscard]] std::string sensitivity_words(const group_sensitivity&);
/// What was supposed, and what the chances do not hold.
[[nodiscard]] std::string supposed_words(const trial_design&);
[[nodiscard]] std::vector<std::string> reservation_words(const trial_plan&);
/// How often simulated trials supported each claim, and which claims were not simulated.
[[nodiscard]] std::vector<std::string> simulation_words(const trial_plan&, const std::vector<simulated_claim>&);

} // namespace lfreval

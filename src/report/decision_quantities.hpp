// What is uncertain about a decision, from the records, the registers and the study. Private to the report stage.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <lfreval/log/registers.hpp>
#include <lfreval/proportionality/net_benefit.hpp>
#include <lfreval/proportionality/uses.hpp>
#include <lfreval/proportionality/value_of_information.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval {

/// What is uncertain about one more deployment, in the order of the quantities.
struct uncertain_quantity {
  std::string quantity, name, source;
  sensitivity::uncertain_input input;
};

/// The alternative: what is declared of it, else what the register says; nothing where neither does.
struct alternative_account {
  std::optional<uncertain_quantity> gained, harmed;
  [[nodiscard]] bool is_whole() const { return gained && harmed; }
};

[[nodiscard]] alternative_account account_of(const study_decision&, const register_log&, const std::vector<deployment_use>&);

/// What deploying brings and harms, and the alternative where both are told of it, in the order in which the decision takes them.
[[nodiscard]] std::vector<uncertain_quantity> quantities_of(const study_decision&, std::span<const decision::decision_cluster> clusters, const alternative_account&);

} // namespace lfreval

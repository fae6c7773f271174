#include <lfreval/proportionality/policy.hpp>

namespace lfreval {

std::string_view to_string(criterion_kind kind) noexcept {
  switch (kind) {
    case criterion_kind::metric: return "metric";
    case criterion_kind::limit: return "limit";
    case criterion_kind::evidence: return "evidence";
    case criterion_kind::process: return "process";
  }
  return "";
}

std::string_view to_string(criterion_comparator comparator) noexcept {
  switch (comparator) {
    case criterion_comparator::shown: return "shown";
    case criterion_comparator::at_most: return "at_most";
    case criterion_comparator::at_least: return "at_least";
    case criterion_comparator::equivalent_between_groups: return "equivalent_between_groups";
    case criterion_comparator::holds: return "holds";
  }
  return "";
}

std::string_view to_string(criterion_strength strength) noexcept { return strength == criterion_strength::must ? "must" : "should"; }

std::string_view to_string(data_principle principle) noexcept {
  switch (principle) {
    case data_principle::lawful_and_fair: return "lawful_and_fair";
    case data_principle::purpose_limitation: return "purpose_limitation";
    case data_principle::minimisation: return "minimisation";
    case data_principle::correctness: return "correctness";
    case data_principle::storage_limitation: return "storage_limitation";
    case data_principle::security: return "security";
    case data_principle::accountability: return "accountability";
  }
  return "";
}

std::string_view to_string(ai_principle principle) noexcept {
  switch (principle) {
    case ai_principle::safety_and_security: return "safety_and_security";
    case ai_principle::transparency_and_explainability: return "transparency_and_explainability";
    case ai_principle::fairness: return "fairness";
    case ai_principle::accountability_and_governance: return "accountability_and_governance";
    case ai_principle::contestability_and_redress: return "contestability_and_redress";
  }
  return "";
}

std::string_view to_string(criterion_status status) noexcept {
  switch (status) {
    case criterion_status::met: return "met";
    case criterion_status::not_met: return "not_met";
    case criterion_status::inconclusive: return "inconclusive";
    case criterion_status::shown: return "shown";
    case criterion_status::not_measured: return "not_measured";
  }
  return "";
}

} // namespace lfreval

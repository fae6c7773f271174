#include "report/figures.hpp"

namespace lfreval::page {

std::vector<figure> figures(const json_document& result) {
  std::vector<figure> out;
  add_trial_figures(out, result);
  add_group_figures(out, result);
  add_deployment_figures(out, result);
  add_decision_figures(out, result);
  return out;
}

} // namespace lfreval::page

#include "report/logged_scores.hpp"

#include <algorithm>
#include <numeric>

namespace lfreval {

namespace {

/// The middle one, or halfway between the two in the middle.
double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return std::midpoint(values[(values.size() - 1) / 2], values[values.size() / 2]);
}

} // namespace

std::map<std::string, logged_scores> scores_by_deployment(const std::vector<alert_case>& cases) {
  std::map<std::string, logged_scores> out;
  std::map<std::string, std::vector<double>> scores;
  for (const alert_case& one : cases) {
    logged_scores& of = out[one.deployment];
    if (one.score) scores[one.deployment].push_back(*one.score);
    else ++of.without_score;
  }
  for (auto& [deployment, values] : scores) {
    const auto n = static_cast<std::uint64_t>(values.size());
    out[deployment].scores = alert_scores{n, median(std::move(values))};
  }
  return out;
}

} // namespace lfreval

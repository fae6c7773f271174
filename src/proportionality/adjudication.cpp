#include <lfreval/proportionality/adjudication.hpp>

#include <algorithm>
#include <map>

namespace lfreval {

namespace {

/// Alerts of each deployment, in the order of the deployments.
using alerts_of_deployments = std::vector<std::vector<const alert_case*>>;

/// Adds one cluster for each deployment that has any alert of the denominator; one empty cluster where the log could have told and
/// no alert was one; nothing where it could not.
template <class Asks, class Holds>
void tally(indicator_parts& out, const alerts_of_deployments& by_deployment, metric_id metric, bool answerable, const Asks& asks, const Holds& holds) {
  tallied_metric made{metric, "", cluster_unit::deployment, {}, 0};
  if (answerable) {
    for (std::size_t i = 0; i < by_deployment.size(); ++i) {
      cluster_tally cell;
      for (const alert_case* one : by_deployment[i])
        if (asks(*one)) {
          ++cell.exposure;
          cell.events += holds(*one) ? 1 : 0;
        }
      if (cell.exposure == 0) continue;
      made.clusters.push_back(cell);
      made.deployments.push_back(static_cast<std::uint32_t>(i));
    }
    if (made.clusters.empty()) made.clusters.push_back({0, 0});
  }
  out.metrics.push_back(std::move(made));
}

} // namespace

indicator_parts alert_parts(std::span<const alert_case> alerted, std::span<const watchlist_entry> list, const list_policy& policy, const std::vector<deployment_use>& uses) {
  indicator_parts out;
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < uses.size(); ++i)
    if (uses[i].record->is_log) place.emplace(uses[i].record->deployment, i);
  alerts_of_deployments by_deployment(uses.size());
  for (const alert_case& one : alerted)
    if (const auto at = place.find(one.deployment); at != place.end()) by_deployment[at->second].push_back(&one);
  const auto anywhere = [&](const auto& test) {
    return std::any_of(by_deployment.begin(), by_deployment.end(), [&](const auto& here) { return std::any_of(here.begin(), here.end(), [&](const alert_case* one) { return test(*one); }); });
  };

  std::map<std::string, bool> graded; ///< person -> whether listed for a serious offence; only those whose entry names a grade
  for (const watchlist_entry& e : list)
    if (!e.offence_grade.empty()) {
      bool& serious = graded[e.person];
      serious = serious || policy.serious_grades.contains(e.offence_grade);
    }
  const auto grade_known = [&](const alert_case& a) { return std::any_of(a.persons.begin(), a.persons.end(), [&](const std::string& p) { return graded.contains(p); }); };
  const auto is_serious = [&](const alert_case& a) {
    return std::any_of(a.persons.begin(), a.persons.end(), [&](const std::string& p) {
      const auto at = graded.find(p);
      return at != graded.end() && at->second;
    });
  };
  const auto right = [](const alert_case& a) { return a.is_true && a.is_confirmed; };
  const auto wrong = [](const alert_case& a) { return !a.is_true && a.is_confirmed; };
  const auto engaged = [](const alert_case& a) { return a.engaged == true; };
  const auto judged = [](const alert_case& a) { return a.credible.has_value(); };
  const bool says_judgement = anywhere(judged), says_engaged = anywhere([](const alert_case& a) { return a.engaged.has_value(); });
  const bool says_relation = anywhere([](const alert_case& a) { return !a.relation.empty(); }), says_force = anywhere([](const alert_case& a) { return a.force_used.has_value(); });
  const bool says_stale = anywhere([](const alert_case& a) { return a.stale_listing.has_value(); }), says_names = anywhere([](const alert_case& a) { return !a.adjudicators.empty(); });

  // Where nobody ever checked an alert that was rejected, operators look as if they had accepted everything (M31).
  const bool checks_rejected = anywhere([&](const alert_case& a) { return a.is_confirmed && a.credible == false; });

  using m = metric_id;
  tally(out, by_deployment, m::true_alerts_of_serious_offence, !policy.serious_grades.empty() && !graded.empty(), [&](const alert_case& a) { return right(a) && grade_known(a); }, is_serious);
  tally(out, by_deployment, m::stale_listings_per_true_alert, says_stale, [&](const alert_case& a) { return right(a) && a.stale_listing; }, [](const alert_case& a) { return *a.stale_listing; });
  tally(out, by_deployment, m::adjudication_specificity, checks_rejected, [&](const alert_case& a) { return wrong(a) && judged(a); }, [](const alert_case& a) { return !*a.credible; });
  tally(out, by_deployment, m::adjudication_sensitivity, checks_rejected, [&](const alert_case& a) { return right(a) && judged(a); }, [](const alert_case& a) { return *a.credible; });
  tally(out, by_deployment, m::engagements_per_credible_alert, says_judgement && says_engaged, [](const alert_case& a) { return a.credible == true && a.engaged; }, engaged);
  tally(out, by_deployment, m::engagements_adjudicated_first, says_engaged && says_names, engaged, [&](const alert_case& a) { return judged(a) && !a.adjudicators.empty(); });
  tally(out, by_deployment, m::kin_per_false_alert, says_relation, [&](const alert_case& a) { return wrong(a) && !a.relation.empty(); }, [](const alert_case& a) { return a.relation != "stranger"; });
  tally(out, by_deployment, m::force_per_false_engagement, says_force, [&](const alert_case& a) { return !a.is_true && engaged(a) && a.force_used; }, [](const alert_case& a) { return *a.force_used; });

  indicator_check two = started_check("two_person_verification", "Two people judged each alert before somebody was contacted");
  indicator_distribution minutes{"stop_minutes", {}, {}, 0}, judging{"adjudication_time", {}, {}, 0};
  for (std::size_t i = 0; i < uses.size(); ++i) {
    std::uint64_t acted = 0, alone = 0;
    for (const alert_case* one : by_deployment[i]) {
      if (one->judged_after) judging.values.push_back(static_cast<double>(*one->judged_after));
      else if (one->credible) ++judging.not_recorded;
      if (one->engaged != true) continue;
      ++acted;
      alone += one->adjudicators.size() < 2 ? 1 : 0;
      if (one->is_true) continue;
      if (one->minutes) minutes.values.push_back(*one->minutes);
      else ++minutes.not_recorded;
    }
    if (!says_names) continue;
    two.made.examined += acted;
    if (alone != 0) name_row(two, uses[i].name, std::to_string(alone) + " of " + std::to_string(acted) + " contacts judged by fewer than two people");
  }
  out.checks.push_back(std::move(two));
  out.distributions.push_back(std::move(minutes));
  out.distributions.push_back(std::move(judging));
  return out;
}

} // namespace lfreval

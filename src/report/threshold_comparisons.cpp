#include "report/deployment_findings.hpp"

#include <lfreval/counts/deployment_tallies.hpp>
#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/rate_ratio.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

/// The exposure an arm is worth once its deployments are allowed to differ; nothing when that cannot be estimated.
std::optional<double> effective_exposure(const metric_tallies& tallies, confidence level) {
  const auto found = cluster::korn_graubard_exposure(tallies.clusters, level);
  return found ? std::optional(*found) : std::nullopt;
}

finding compare_strata(metric_id metric, const stratum& later, const stratum& earlier, confidence level, bool faces_cv_shared,
                       const record_quality& quality, const std::vector<counting_break>& breaks) {
  const std::string of = later.axes.at("threshold"), against = earlier.axes.at("threshold");
  finding f;
  f.metric = std::string(to_string(metric));
  f.axes = {{"threshold", of}, {"against", against}};
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::ratio;
  f.in_section = std::string(to_string(describe(metric).in_section));
  f.cites = "M36, M40, M46";

  const metric_tallies a = tallies_of(metric, later.members, "", quality), b = tallies_of(metric, earlier.members, "", quality);
  const conditions now = conditions_of(a.contributors), then = conditions_of(b.contributors);
  const comparability fair = compare(now, then);
  f.notes = fair.differences;
  f.notes.insert(f.notes.end(), fair.unknown.begin(), fair.unknown.end());
  if (now.from && now.to && then.from && then.to)
    f.notes.push_back("period: " + to_iso(*now.from) + " to " + to_iso(*now.to) + " against " + to_iso(*then.from) + " to " + to_iso(*then.to) + "; what else changed between them is not known");
  if (const std::string note = break_note(breaks, now, then); !note.empty()) {
    f.notes.insert(f.notes.begin(), note);
    f.flags |= flag::counting_break;
  }
  if (const std::uint64_t lost = a.disputed.size() + b.disputed.size() + a.unusable + b.unusable; lost != 0)
    f.notes.push_back("left out: " + counted_words(lost, unit::deployments, "") + " whose figures are in doubt or incomplete" +
                      (a.lost() + b.lost() == 0 ? "" : ", with alerts outside every denominator: " + grouped(a.lost() + b.lost())));
  if (!fair.differences.empty()) f.flags |= flag::conditions_differ;
  if (!fair.unknown.empty()) f.flags |= flag::conditions_unknown;
  if (fair.allowed == comparability::status::refused) {
    f.status = finding_status::refused;
    f.sentence = "The rates at " + of + " and " + against + " were not counted in the same way and are not compared.";
    return f;
  }
  if (a.suspended + b.suspended != 0) {
    f.status = finding_status::refused;
    f.sentence = "Refused: a column behind these rates is a copy of another.";
    return f;
  }
  if (a.unresolved + b.unresolved != 0) {
    const auto range = [](const metric_tallies& t) { return grouped(total_of(t.lowest_reading()).events) + " to " + grouped(total_of(t.highest_reading()).events); };
    f.flags |= flag::unresolved_labels;
    f.notes.push_back("with unresolved alerts taken either way: " + range(a) + " against " + range(b) + "; the ratio takes the labels as published");
  }
  f.status = fair.allowed == comparability::status::comparable ? finding_status::measured : finding_status::projected;

  ratio_value r;
  r.of = total_of(a.clusters);
  r.against = total_of(b.clusters);
  const auto flat = rate_ratio::conditional_exact(r.of.events, static_cast<double>(r.of.exposure), r.against.events,
                                                  static_cast<double>(r.against.exposure), level);
  if (!flat) {
    f.status = finding_status::not_estimable;
    f.why_not = flat.error();
    f.sentence = "Not estimable: " + flat.error().remedy;
    return f;
  }
  r.point = flat->point;
  const auto na = effective_exposure(a, level), nb = effective_exposure(b, level);
  r.made = flat->limits;
  if (na && nb) {
    const double pa = static_cast<double>(r.of.events) / static_cast<double>(r.of.exposure);
    const double pb = static_cast<double>(r.against.events) / static_cast<double>(r.against.exposure);
    const auto clustered = rate_ratio::conditional_effective(pa * *na, *na, pb * *nb, *nb, level);
    if (clustered) {
      r.made = clustered->limits;
      r.companions.push_back({flat->limits, {flag::assumes_independence}});
    }
  }
  if (r.companions.empty()) f.flags |= flag::assumes_independence;
  const auto error_of = [&](const metric_tallies& t) { return faces_cv_of(t.contributors, faces_cv_shared).value_or(0.0); };
  if (const double cv_a = error_of(a), cv_b = error_of(b); cv_a > 0 || cv_b > 0) {
    r.companions.insert(r.companions.begin(), {r.made, {flag::denominator_taken_as_exact}});
    r.made = rate_ratio::widen_by_denominators(r.point, r.made, cv_a, cv_b);
  }
  f.sentence = sentence_for(r, metric, "threshold " + of, "threshold " + against);
  if (f.status == finding_status::projected)
    f.sentence += f.flags.has(flag::counting_break) ? " This is not shown to be the effect of the threshold: the number of faces counted per minute changed as well."
                                                    : " This is not shown to be the effect of the threshold: other conditions changed with it or are not on record.";
  f.value = std::move(r);
  return f;
}

} // namespace

std::vector<finding> threshold_comparisons(const study& declared, const record_quality& quality, const std::vector<stratum>& strata, const std::vector<counting_break>& breaks) {
  std::vector<const stratum*> thresholds;
  for (const stratum& s : strata)
    if (const auto found = s.axes.find("threshold"); found != s.axes.end() && !found->second.empty()) thresholds.push_back(&s);
  std::vector<finding> out;
  const auto add = [&](std::size_t later, std::size_t earlier) {
    out.push_back(compare_strata(metric_id::false_alerts_per_face, *thresholds[later], *thresholds[earlier], declared.level, declared.faces_cv_shared, quality, breaks));
  };
  for (std::size_t later = 1; later < thresholds.size(); ++later) add(later, later - 1);
  if (thresholds.size() > 2) add(thresholds.size() - 1, 0);
  return out;
}

} // namespace lfreval

#include <string_view>

#include <lfreval/identification/clustered_threshold.hpp>
#include <lfreval/intervals/poisson_weights.hpp>
#include <lfreval/types/printable.hpp>

#include "report/list_sizes.hpp"
#include "report/rate_task.hpp"
#include "report/sentences.hpp"
#include "report/trial.hpp"

namespace lfreval {

namespace {

constexpr metric_id fpir = metric_id::false_positive_identification_rate;

std::string promise_words(const identification::threshold_choice& c) {
  using enum identification::threshold_rate;
  switch (c.rate) {
    case per_passage: return "passages alert";
    case per_person: return "passages of a person alert, averaged over persons";
    case persons_ever_alerted: return "persons are ever alerted on, passing as often as here";
  }
  return "";
}

void add_threshold(trial& t, const limit& one, const char* method, const identification::choosable<identification::threshold_choice>& chosen) {
  auto axes = t.axes();
  axes["limit"] = limit_value(one);
  axes["method"] = method;
  finding f = trial_finding(t, fpir, finding_kind::quantity, std::move(axes));
  f.metric = "guaranteed_threshold";
  f.key = finding_key(f.metric, f.axes);
  f.cites = "G3";
  if (!chosen) {
    f.status = finding_status::not_estimable;
    f.why_not = undefined{undefined_reason::not_recorded, chosen.error().remedy, std::nullopt};
    f.sentence = "No threshold can be guaranteed: " + chosen.error().remedy;
    if (std::string_view(method) == "thinned_persons") f.sentence += " So few remain because people who pass often weigh more: each is kept with a chance in proportion to their passages.";
    t.out.findings.push_back(std::move(f));
    return;
  }
  const double on_own_scale = t.compared(static_cast<double>(chosen->at.value()));
  f.status = finding_status::measured;
  f.sentence = "At " + significant(on_own_scale, 6, t.system != nullptr && t.system->is_distance ? rounding::down : rounding::up) + " at most " + grouped(one.events) + " in " + grouped(one.exposure) + " " + promise_words(*chosen) + ", with " +
               level_words(chosen->level) + " confidence: " + grouped(chosen->reaching) + " of " + grouped(chosen->trials) + (chosen->persons_kept || chosen->rate != identification::threshold_rate::per_passage ? " persons" : " passages") +
               " reach it, " + grouped(chosen->allowed) + " might" +
               (chosen->seed ? "; one passage of each drawn at random, seed " + std::to_string(*chosen->seed) + "." : ".");
  f.notes.push_back("for passers of this kind against this watchlist only; a rate counted again on the same passages is no test of it");
  f.value = guaranteed_threshold{one, *chosen, on_own_scale};
  t.out.findings.push_back(std::move(f));
}

} // namespace

void add_thresholds(trial& t) {
  if (!supports(t.source.kind, fpir)) return;
  std::vector<identification::person_passage> trials;
  std::vector<std::uint64_t> entities;
  for (const std::string& id : t.rows().person.texts) entities.push_back(bootstrap::entity_of(id));
  for (std::size_t i = 0; i < t.rows().size(); ++i)
    if (t.rows().mated[i] == mated_status::no)
      trials.push_back({entities[t.rows().person.codes[i]], t.rows().top_score[i] == no_score ? std::nullopt : std::optional(t.rows().top_score[i])});
  bool declared = false;
  for (const limit& one : t.declared.limits) {
    if (one.metric != fpir || one.direction != limit_direction::at_most || one.events == 0 || one.events >= one.exposure) continue;
    if (!one.in_every.empty()) {
      declared = true;
      t.out.not_measured.push_back({"A threshold with a guarantee for every group of " + printable(one.in_every), "Source " + printable(t.source.source) + ": thresholds are chosen for all who pass together, so that none is chosen for the limit of " + limit_words(one) + " in every group.",
                                    "Read the verdict of that limit at the threshold in use; declare the limit without in_every too for a threshold that keeps it overall.", {}});
      continue;
    }
    declared = true;
    identification::threshold_request wanted;
    wanted.target = one.value();
    wanted.level = t.declared.level;
    add_threshold(t, one, "thinned_persons", identification::threshold_from_thinned_persons(trials, wanted, t.declared.seed));
    add_threshold(t, one, "one_passage_per_person", identification::threshold_from_one_passage_each(trials, wanted, t.declared.seed));
    if (!identification::threshold_from_one_passage_each(trials, wanted, t.declared.seed)) add_extrapolated_threshold(t, one, trials);
    add_threshold(t, one, "person_maxima", identification::threshold_from_person_maxima(trials, wanted));
  }
  if (!declared)
    t.out.not_measured.push_back({"A threshold with a guarantee", "Source " + printable(t.source.source) + ": the study declares no limit on the false positive identification rate to choose a threshold for.",
                                  "Declare one as [[limit]] with at_most.", {std::string(to_string(fpir))}});
}

} // namespace lfreval

// Two systems on the same passages, at given thresholds and at thresholds that stop as many of the others.
#include "stats.hpp"

#include <lfreval/identification/matched_systems.hpp>
#include <lfreval/identification/paired_systems.hpp>

#include "estimate_fields.hpp"
#include "passages.hpp"
#include "watched.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(permutation::permutation_test, difference, p_value, as_far, arrangements, exact)
LFREVAL_FIELDS(identification::discordant_odds, point, clustered, flat)

template <class Visit> void visit_fields(Visit& visit, const identification::paired_comparison& of) {
  visit("first_only", of.first_only);
  visit("second_only", of.second_only);
  visit("both", of.both);
  visit("passages", of.passages);
  visit("persons", of.persons);
  visit("differing_persons", of.differing_persons);
  visit("difference", of.difference);
  visit("clustered", of.clustered);
  visit("flat", of.flat);
  visit("widening", of.widening);
  visit("variance", of.variance);
  visit("design_effect", of.design_effect);
  visit("effective_discordant", of.effective_discordant);
  visit("rung", static_cast<unsigned>(of.rung));
  visit("exchange", of.exchange);
  visit("odds", of.odds);
  visit("flags", of.flags);
}

template <class Visit> void visit_fields(Visit& visit, const identification::threshold_step& of) {
  visit("lower", static_cast<double>(of.lower.value()));
  visit("higher", static_cast<double>(of.higher.value()));
  visit("between", of.between);
  visit("passages", of.passages);
  visit("share", of.share);
  visit("flat", of.flat);
  visit("clustered", of.clustered);
  visit("widening", of.widening);
}

template <class Visit> void visit_fields(Visit& visit, const identification::matched_system& of) {
  visit("threshold", static_cast<double>(of.at.value()));
  visit("false_positives", of.false_positives);
  visit("identified", of.identified);
  visit("effective_false_positives", of.effective_false_positives);
  visit("lowest_recorded", of.lowest_recorded);
}

LFREVAL_FIELDS(identification::matched_comparison, target, allowed, nonmated, mated, persons, first, second, difference,
               limits, at_these_thresholds, widening)

namespace {

using namespace identification;

std::vector<judged_passage> judged(const py::object& persons, const py::object& first, const py::object& second) {
  const auto p = counts_of(persons, "persons");
  const auto a = truths_of(first, "first"), b = truths_of(second, "second");
  require_same_length("persons, first", p.size(), a.size());
  require_same_length("persons, second", p.size(), b.size());
  std::vector<judged_passage> out;
  for (std::size_t i = 0; i < p.size(); ++i)
    out.push_back({p[i], a[i] == 1, b[i] == 1});
  return out;
}

std::vector<scored_by_both> scored(const py::object& first, const py::object& second, const py::object& persons,
                                   const char* argument, const char* codes) {
  std::vector<scored_by_both> out;
  for (const passage_of_two& one : pairs_of(first, second, persons, argument, codes))
    out.push_back({one.person, one.first, one.second});
  return out;
}

} // namespace

void bind_systems(stats_registry& all) {
  all.arrays("identification", "compare_judgements", "persons, first, second, *, confidence=0.95, sides='two'",
             [](const py::object& persons, const py::object& first, const py::object& second, double level,
                const std::string& on) {
               return answer(compare_judgements(judged(persons, first, second), level_of(level), sides_of(on)));
             });
  all.arrays("identification", "compare_thresholds", "scores, persons, one, other, *, confidence=0.95, sides='two'",
             [](const py::object& scores, const py::object& persons, float one, float other, double level,
                const std::string& on) {
               return answer(compare_thresholds(passages_of(scores, persons, "scores", "persons"), threshold(one),
                                                threshold(other), level_of(level), sides_of(on)));
             });
  all.numbers("identification", "allowed_errors", "target, trials", &allowed_errors);
  all.arrays(
      "identification", "compare_at_matched_fpir",
      "nonmated_first, nonmated_second, nonmated_persons, mated_first, mated_second, mated_persons, *, target, "
      "confidence=0.95, sides='two', replicates=2000, seed=0, stream=0, threads=1, progress=None",
      [](const py::object& a, const py::object& b, const py::object& nonmated_persons, const py::object& c,
         const py::object& d, const py::object& mated_persons, double target, double level, const std::string& on,
         std::uint32_t replicates, std::uint64_t seed, std::uint32_t stream, unsigned threads,
         const py::object& progress) {
        const auto u = scored(a, b, nonmated_persons, "nonmated", "nonmated_persons"),
                   m = scored(c, d, mated_persons, "mated", "mated_persons");
        const matching_request wanted{target, level_of(level), sides_of(on), replicates, {seed, stream}, threads};
        return answer(run_watched(progress, [&] { return compare_at_matched_fpir(u, m, wanted); }));
      });
}

} // namespace lfreval::python

// Figures about the watchlist: places of the mate, the rate on part of the list, whose number it is, looks of a
// passage.
#include "stats.hpp"

#include <pybind11/stl.h>

#include <lfreval/identification/effective_looks.hpp>
#include <lfreval/identification/influence.hpp>
#include <lfreval/identification/mate_rank.hpp>
#include <lfreval/identification/watchlist_interval.hpp>
#include <lfreval/identification/watchlist_size.hpp>

#include "estimate_fields.hpp"
#include "passages.hpp"

namespace lfreval::identification {

[[nodiscard]] static std::string_view to_string(list_scope scope) {
  switch (scope) {
  case list_scope::average_of_draws:
    return "average_of_draws";
  case list_scope::one_draw:
    return "one_draw";
  case list_scope::lists_of_this_kind:
    return "lists_of_this_kind";
  }
  return {};
}

[[nodiscard]] static std::string_view to_string(contributor_kind kind) {
  switch (kind) {
  case contributor_kind::person:
    return "person";
  case contributor_kind::list_entry:
    return "list_entry";
  case contributor_kind::deployment:
    return "deployment";
  }
  return {};
}

} // namespace lfreval::identification

namespace lfreval::python {

LFREVAL_FIELDS(identification::tie_readings, expected, optimistic, pessimistic)
LFREVAL_FIELDS(identification::ranked_hits, passages, optimistic, pessimistic, rate)
LFREVAL_FIELDS(identification::sub_watchlist_interval, point, limits, scope, probe_variance, list_variance, kernel,
               passages, persons, alerting_persons, bound_of_whole_list)
LFREVAL_FIELDS(identification::influential, id, events, exposure, without, change, share_of_events)
LFREVAL_FIELDS(identification::influence_report, kind, rate, events, exposure, contributors, largest, lowest_without,
               highest_without, exposure_of_top_five, events_of_top_five)
LFREVAL_FIELDS(identification::looks_of_person, passages, passages_with_alert, looks, looks_with_alert)
LFREVAL_FIELDS(identification::effective_looks, point, mean_looks, all, persons, limits)

namespace {

using namespace identification;

list_scope scope_of(const std::string& written) {
  if (written == "average_of_draws") return list_scope::average_of_draws;
  if (written == "one_draw") return list_scope::one_draw;
  if (written == "lists_of_this_kind") return list_scope::lists_of_this_kind;
  throw std::invalid_argument("scope: \"" + written + "\"; allowed: average_of_draws, one_draw, lists_of_this_kind");
}

std::vector<mated_search> mated_searches(const py::object& scores, const py::object& strictly_greater,
                                         const py::object& tied) {
  const auto s = scores_or_none(scores, "scores");
  const auto g = counts_of(strictly_greater, "strictly_greater"), t = counts_of(tied, "tied");
  require_same_length("scores, strictly_greater", s.size(), g.size());
  require_same_length("scores, tied", s.size(), t.size());
  std::vector<mated_search> out;
  for (std::size_t i = 0; i < s.size(); ++i)
    out.push_back({s[i], {g[i], t[i]}});
  return out;
}

void bind_ranks(stats_registry& all) {
  all.numbers("identification", "within_rank", "strictly_greater, tied, limit",
              static_cast<tie_readings (*)(std::uint64_t, std::uint64_t, std::uint64_t)>(
                  [](std::uint64_t greater, std::uint64_t tied, std::uint64_t limit) {
                    return within_rank({greater, tied}, limit);
                  }));
  all.arrays("identification", "rank_limited_tpir", "scores, strictly_greater, tied, limit, threshold=None",
             [](const py::object& scores, const py::object& greater, const py::object& tied, std::uint64_t limit,
                const std::optional<float>& at) {
               std::optional<threshold> line;
               if (at) line.emplace(*at);
               return answer(rank_limited_tpir(mated_searches(scores, greater, tied), limit, line));
             });
  all.arrays("identification", "cumulative_match", "scores, strictly_greater, tied, largest",
             [](const py::object& scores, const py::object& greater, const py::object& tied, std::uint64_t largest) {
               return answer(cumulative_match(mated_searches(scores, greater, tied), largest));
             });
}

} // namespace

void bind_lists(stats_registry& all) {
  bind_ranks(all);
  all.arrays("identification", "sub_watchlist_ci",
             "person_of_passage, hits, persons, of, *, confidence=0.95, sides='two', scope='average_of_draws', "
             "list_variance=0.0",
             [](const py::object& person, const py::object& hits, std::uint64_t persons, std::uint64_t of, double level,
                const std::string& on, const std::string& scope, double variance) {
               const auto p = counts_of(person, "person_of_passage"), h = counts_of(hits, "hits");
               require_same_length("person_of_passage, hits", p.size(), h.size());
               std::vector<passage_hits> passages;
               for (std::size_t i = 0; i < p.size(); ++i)
                 passages.push_back({p[i], h[i]});
               return answer(sub_watchlist_ci(passages, {persons, of}, level_of(level), sides_of(on),
                                              {scope_of(scope), variance}));
             });
  all.arrays("identification", "stratified_fpir", "hits_by_stratum, persons, of",
             [](const py::object& hits, const py::object& persons, const py::object& of) {
               const auto n = counts_of(persons, "persons"), m = counts_of(of, "of");
               require_same_length("persons, of", n.size(), m.size());
               std::vector<drawn_list> strata;
               for (std::size_t i = 0; i < n.size(); ++i)
                 strata.push_back({n[i], m[i]});
               const auto table = py::array::ensure(hits);
               if (!table || table.ndim() != 2 || static_cast<std::size_t>(table.shape(1)) != strata.size()) {
                 PyErr_Clear();
                 throw py::type_error(
                     "hits_by_stratum: a table of whole numbers is needed, one column for each stratum");
               }
               return answer(stratified_fpir(counts_of(table.attr("ravel")(), "hits_by_stratum"), strata));
             });
  all.arrays("identification", "leave_one_entry_out", "reached_entries, passages, *, how_many=5",
             [](const std::vector<reached_entries>& alerts, std::uint64_t passages, std::size_t how_many) {
               return answer(leave_one_entry_out(alerts, passages, how_many));
             });
  all.arrays("identification", "count_effective_looks",
             "passages, passages_with_alert, looks, looks_with_alert, *, confidence=0.95",
             [](const py::object& passages, const py::object& passages_with_alert, const py::object& looks,
                const py::object& looks_with_alert, double level) {
               const auto p = counts_of(passages, "passages"),
                          pa = counts_of(passages_with_alert, "passages_with_alert"), l = counts_of(looks, "looks"),
                          la = counts_of(looks_with_alert, "looks_with_alert");
               for (const std::size_t length : {pa.size(), l.size(), la.size()})
                 require_same_length("persons", p.size(), length);
               std::vector<looks_of_person> rows;
               for (std::size_t i = 0; i < p.size(); ++i)
                 rows.push_back({p[i], pa[i], l[i], la[i]});
               return answer(count_effective_looks(rows, level_of(level)));
             });
}

} // namespace lfreval::python

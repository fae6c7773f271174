// Comparisons that share people on both sides, and rates of searches that share list entries.
#include "stats.hpp"

#include <map>

#include <lfreval/intervals/crossed_rate.hpp>
#include <lfreval/intervals/list_jackknife.hpp>
#include <lfreval/intervals/two_way.hpp>

#include "estimate_fields.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(two_way::crossed_variance, point, rows, columns, cells, variance, flags)
LFREVAL_FIELDS(two_way::dyadic_variance, point, pairs, variance, flags)
LFREVAL_FIELDS(two_way::product_bootstrap_variance, variance, debiased)
LFREVAL_FIELDS(two_way::list_effect, probe_variance, list_variance, cell_variance, variance, effective_entries,
               degrees_of_freedom, kernel, limits, flags)
LFREVAL_FIELDS(two_way::list_jackknife, alerts, passages, list_size, point, this_list, lists_of_this_kind, headline,
               flags)

namespace {

std::vector<two_way::cell> cells_of(const py::object& rows, const py::object& columns, const py::object& events,
                                    const py::object& comparisons) {
  const auto r = counts_of(rows, "rows"), c = counts_of(columns, "columns"), x = counts_of(events, "events");
  const auto n =
      comparisons.is_none() ? std::vector<std::uint64_t>(x.size(), 1) : counts_of(comparisons, "comparisons");
  if (r.size() != c.size() || r.size() != x.size() || r.size() != n.size())
    throw std::invalid_argument("cells: the columns differ in length");
  std::vector<two_way::cell> out;
  for (std::size_t i = 0; i < r.size(); ++i)
    out.push_back({r[i], c[i], x[i], n[i]});
  return out;
}

two_way::sides_of_pairs related(bool same_people) {
  return same_people ? two_way::sides_of_pairs::same_people : two_way::sides_of_pairs::other_people;
}

/// One row for each passage; codes of persons and entries may be any whole numbers, -1 stands for no single entry.
std::vector<two_way::nonmated_passage> searches_of(const py::object& persons, const py::object& alerted,
                                                   const py::object& only_hit) {
  const auto p = counts_of(persons, "persons");
  const auto a = truths_of(alerted, "alerted");
  const auto hit = integers_of(only_hit, "only_hit");
  require_same_length("persons, alerted", p.size(), a.size());
  require_same_length("persons, only_hit", p.size(), hit.size());
  std::map<std::uint64_t, std::uint32_t> person_codes;
  std::map<std::int64_t, std::uint32_t> entry_codes;
  std::vector<two_way::nonmated_passage> out;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const std::uint32_t person =
        person_codes.try_emplace(p[i], static_cast<std::uint32_t>(person_codes.size())).first->second;
    std::uint32_t entry = two_way::no_single_hit;
    if (hit[i] < -1)
      throw std::invalid_argument("only_hit: " + std::to_string(hit[i]) + " is neither a list entry nor -1");
    if (hit[i] >= 0)
      entry = entry_codes.try_emplace(hit[i], static_cast<std::uint32_t>(entry_codes.size())).first->second;
    out.push_back({person, a[i] == 1, entry});
  }
  return out;
}

} // namespace

void bind_two_way(stats_registry& all) {
  const char* const cells = "rows, columns, events, comparisons=None";
  all.arrays("two_way", "bipartite_cluster_var", cells,
             [](const py::object& r, const py::object& c, const py::object& x, const py::object& n) {
               return answer(two_way::bipartite_cluster_var(std::span<const two_way::cell>(cells_of(r, c, x, n))));
             });
  all.arrays("two_way", "dyadic_cluster_var", cells,
             [](const py::object& r, const py::object& c, const py::object& x, const py::object& n) {
               return answer(two_way::dyadic_cluster_var(std::span<const two_way::cell>(cells_of(r, c, x, n))));
             });
  all.arrays("two_way", "poisson_product_bootstrap_linearised_var", cells,
             [](const py::object& r, const py::object& c, const py::object& x, const py::object& n) {
               return answer(two_way::poisson_product_bootstrap_linearised_var(
                   std::span<const two_way::cell>(cells_of(r, c, x, n))));
             });
  all.arrays(
      "two_way", "estimate_false_matches",
      "rows, columns, events, comparisons=None, *, same_people=False, confidence=0.95",
      [](const py::object& r, const py::object& c, const py::object& x, const py::object& n, bool same, double level) {
        return answer(two_way::estimate_false_matches(cells_of(r, c, x, n), related(same), level_of(level)));
      });
  all.arrays(
      "two_way", "comparisons_worth", "rows, columns, events, comparisons=None, *, same_people=False, confidence=0.95",
      [](const py::object& r, const py::object& c, const py::object& x, const py::object& n, bool same, double level) {
        return answer(two_way::comparisons_worth(two_way::margins_of(cells_of(r, c, x, n), related(same)),
                                                 related(same), level_of(level)));
      });
  all.arrays("two_way", "fpir_list_jackknife",
             "persons, alerted, only_hit, list_size, *, second_scores_recorded=True, confidence=0.95, sides='two'",
             [](const py::object& persons, const py::object& alerted, const py::object& only_hit,
                std::uint64_t list_size, bool recorded, double level, const std::string& on) {
               return answer(two_way::fpir_list_jackknife(searches_of(persons, alerted, only_hit), list_size, recorded,
                                                          level_of(level), sides_of(on)));
             });
}

} // namespace lfreval::python

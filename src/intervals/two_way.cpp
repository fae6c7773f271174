#include <lfreval/intervals/two_way.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <lfreval/intervals/cluster.hpp>

namespace lfreval::detail {
namespace {

using two_way::sides_of_pairs;

/// The residuals of margins, after a look at whether these are of the same comparisons.
class residuals {
public:
  residuals(const char* function, const crossed_margins& given, sides_of_pairs related) : given_(given) {
    for (const cell_class& one : given.cells) {
      require_trials(function, one.events, one.comparisons);
      const auto comparisons = static_cast<wide_integer>(one.comparisons) * static_cast<wide_integer>(one.cells);
      if (comparisons > static_cast<wide_integer>(largest_count)) wrong_call(function, "comparisons", "are more than 2^52");
      all_.events += one.events * one.cells;
      all_.exposure += static_cast<std::uint64_t>(comparisons);
      require_count(function, "total of comparisons", all_.exposure);
    }
    const bool same = related == sides_of_pairs::same_people;
    if (same ? total(given.people) != cluster_tally{2 * all_.events, 2 * all_.exposure} : total(given.rows) != all_ || total(given.columns) != all_)
      wrong_call(function, "margins", "have other totals than the cells");
  }

  /// The squared residuals of clusters, over the squared total.
  [[nodiscard]] double squares(const std::vector<cluster_tally>& of) const {
    double sum = 0.0;
    for (const cluster_tally& one : of) sum += squared_residual(one);
    return sum;
  }
  [[nodiscard]] double cell_squares() const {
    double sum = 0.0;
    for (const cell_class& one : given_.cells) sum += static_cast<double>(one.cells) * squared_residual({one.events, one.comparisons});
    return sum;
  }
  [[nodiscard]] double rate() const { return static_cast<double>(all_.events) / static_cast<double>(all_.exposure); }

  [[nodiscard]] std::optional<undefined> no_variance(std::size_t least_groups) const {
    if (all_.exposure == 0)
      return undefined{undefined_reason::empty, "Record some comparisons; until then any share is possible.", undefined::range{0.0, 1.0}};
    if (least_groups < 2) return one_cluster_only();
    if (all_.events == 0)
      return undefined{undefined_reason::no_events, "Use the zero-event bounds: without an event there is no variance.", std::nullopt};
    if (all_.events == all_.exposure)
      return undefined{undefined_reason::all_events, "Use the zero-event bounds, mirrored: every comparison ended in the event.",
                       std::nullopt};
    return std::nullopt;
  }

private:
  static cluster_tally total(const std::vector<cluster_tally>& of) {
    cluster_tally sum;
    for (const cluster_tally& one : of) {
      sum.events += one.events;
      sum.exposure += one.exposure;
    }
    return sum;
  }

  /// ((x - p n) / M)^2; x M - X n is exact before its one rounding.
  [[nodiscard]] double squared_residual(const cluster_tally& group) const {
    const wide_integer scaled = static_cast<wide_integer>(group.events) * static_cast<wide_integer>(all_.exposure) -
                                static_cast<wide_integer>(all_.events) * static_cast<wide_integer>(group.exposure);
    const auto total = static_cast<double>(all_.exposure);
    const double residual = static_cast<double>(scaled) / total / total;
    return residual * residual;
  }

  const crossed_margins& given_;
  cluster_tally all_;
};

/// The tallies of equal codes added, in order of codes.
std::vector<cluster_tally> summed(std::vector<std::pair<std::uint64_t, cluster_tally>> rows) {
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<cluster_tally> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].first != rows[i - 1].first) out.push_back({});
    out.back().events += rows[i].second.events;
    out.back().exposure += rows[i].second.exposure;
  }
  return out;
}

/// How often each kind of pair is there, once equal pairs are added.
std::vector<cell_class> classes_of(std::vector<two_way::cell> cells) {
  std::sort(cells.begin(), cells.end());
  std::vector<cell_class> each;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i == 0 || cells[i].row != cells[i - 1].row || cells[i].column != cells[i - 1].column) each.push_back({0, 0, 1});
    each.back().events += cells[i].events;
    each.back().comparisons += cells[i].comparisons;
  }
  std::sort(each.begin(), each.end());
  std::vector<cell_class> out;
  for (const cell_class& one : each)
    if (!out.empty() && out.back().events == one.events && out.back().comparisons == one.comparisons) ++out.back().cells;
    else out.push_back(one);
  return out;
}

crossed_margins summed_up(const char* function, std::span<const two_way::cell> cells, sides_of_pairs related) {
  const bool same = related == sides_of_pairs::same_people;
  std::vector<two_way::cell> kept;
  std::vector<std::pair<std::uint64_t, cluster_tally>> rows, columns, people;
  for (two_way::cell one : cells) {
    if (same && one.row == one.column) wrong_call(function, "pairs", "hold a person against themself");
    require_trials(function, one.events, one.comparisons);
    if (one.comparisons == 0) continue;
    rows.push_back({one.row, {one.events, one.comparisons}});
    columns.push_back({one.column, {one.events, one.comparisons}});
    if (same && one.row > one.column) std::swap(one.row, one.column);
    kept.push_back(one);
  }
  if (same) {
    people = rows;
    people.insert(people.end(), columns.begin(), columns.end());
  }
  return {summed(std::move(rows)), summed(std::move(columns)), summed(std::move(people)), classes_of(std::move(kept))};
}

estimable<two_way::crossed_variance> crossed(const char* function, const crossed_margins& given) {
  const residuals c(function, given, sides_of_pairs::other_people);
  if (auto why = c.no_variance(std::min(given.rows.size(), given.columns.size()))) return tl::unexpected(*why);
  const double rows = c.squares(given.rows), columns = c.squares(given.columns);
  const double cells = c.cell_squares(), both = rows + columns - cells, larger = std::max(rows, columns);
  two_way::crossed_variance out{c.rate(), rows, columns, cells, std::max(both, larger), {}};
  if (both < larger) out.flags |= flag::nonpsd_guard;
  return out;
}

estimable<two_way::dyadic_variance> dyadic(const char* function, const crossed_margins& given) {
  const residuals c(function, given, sides_of_pairs::same_people);
  if (auto why = c.no_variance(given.people.size())) return tl::unexpected(*why);
  const double unrelated = c.cell_squares(), both = c.squares(given.people) - unrelated;
  two_way::dyadic_variance out{c.rate(), unrelated, std::max(both, unrelated), {}};
  if (both < unrelated) out.flags |= flag::nonpsd_guard;
  return out;
}

} // namespace

} // namespace lfreval::detail

namespace lfreval::two_way {

crossed_margins margins_of(std::span<const cell> cells, sides_of_pairs related) { return detail::summed_up("two_way::margins_of", cells, related); }

estimable<crossed_variance> bipartite_cluster_var(const crossed_margins& given) { return detail::crossed("two_way::bipartite_cluster_var", given); }

estimable<crossed_variance> bipartite_cluster_var(std::span<const cell> cells) {
  return bipartite_cluster_var(detail::summed_up("two_way::bipartite_cluster_var", cells, sides_of_pairs::other_people));
}

estimable<dyadic_variance> dyadic_cluster_var(const crossed_margins& given) { return detail::dyadic("two_way::dyadic_cluster_var", given); }

estimable<dyadic_variance> dyadic_cluster_var(std::span<const cell> pairs) {
  return dyadic_cluster_var(detail::summed_up("two_way::dyadic_cluster_var", pairs, sides_of_pairs::same_people));
}

estimable<product_bootstrap_variance> poisson_product_bootstrap_linearised_var(std::span<const cell> cells) {
  constexpr const char* name = "two_way::poisson_product_bootstrap_linearised_var";
  const auto v = detail::crossed(name, detail::summed_up(name, cells, sides_of_pairs::other_people));
  if (!v) return tl::unexpected(v.error());
  return product_bootstrap_variance{v->rows + v->columns + v->cells, v->rows + v->columns - v->cells};
}

} // namespace lfreval::two_way

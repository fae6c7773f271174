#include <lfreval/intervals/two_way.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <lfreval/intervals/cluster.hpp>

namespace lfreval::detail {

namespace {

/// The cells in canonical order, equal ones added, with exact totals.
struct sorted_cells {
  std::vector<two_way::cell> cells;
  cluster_tally all;

  sorted_cells(const char* function, std::span<const two_way::cell> given) {
    for (const two_way::cell& one : given) {
      require_trials(function, one.events, one.comparisons);
      if (one.comparisons == 0) continue;
      cells.push_back(one);
      all.events += one.events;
      all.exposure += one.comparisons;
      require_count(function, "total of comparisons", all.exposure);
    }
    merge();
  }

  /// The squared residuals of groups of cells, over the squared total, and the number of groups. `each` puts a cell into the
  /// list of (group, tally), as often as it belongs to one.
  template <class Each> [[nodiscard]] std::pair<double, std::size_t> squares(Each each) const {
    std::vector<std::pair<std::uint64_t, cluster_tally>> rows;
    for (const two_way::cell& one : cells) each(one, rows);
    std::sort(rows.begin(), rows.end());
    double sum = 0.0;
    std::size_t groups = 0;
    for (std::size_t i = 0; i < rows.size(); ++groups) {
      cluster_tally group;
      for (const std::uint64_t key = rows[i].first; i < rows.size() && rows[i].first == key; ++i) {
        group.events += rows[i].second.events;
        group.exposure += rows[i].second.exposure;
      }
      sum += squared_residual(group);
    }
    return {sum, groups};
  }

  [[nodiscard]] double cell_squares() const {
    double sum = 0.0;
    for (const two_way::cell& one : cells) sum += squared_residual({one.events, one.comparisons});
    return sum;
  }

  [[nodiscard]] double rate() const { return static_cast<double>(all.events) / static_cast<double>(all.exposure); }

  [[nodiscard]] std::optional<undefined> no_variance(std::size_t least_groups) const {
    if (cells.empty())
      return undefined{undefined_reason::empty, "Record some comparisons; until then any share is possible.", undefined::range{0.0, 1.0}};
    if (least_groups < 2) return one_cluster_only();
    if (all.events == 0)
      return undefined{undefined_reason::no_events, "Use the zero-event bounds: without an event there is no variance.", std::nullopt};
    if (all.events == all.exposure)
      return undefined{undefined_reason::all_events, "Use the zero-event bounds, mirrored: every comparison ended in the event.",
                       std::nullopt};
    return std::nullopt;
  }

private:
  void merge() {
    std::sort(cells.begin(), cells.end());
    std::size_t kept = 0;
    for (const two_way::cell& one : cells) {
      if (kept > 0 && cells[kept - 1].row == one.row && cells[kept - 1].column == one.column) {
        cells[kept - 1].events += one.events;
        cells[kept - 1].comparisons += one.comparisons;
      } else {
        cells[kept++] = one;
      }
    }
    cells.resize(kept);
  }

  /// ((x - p n) / M)^2; x M - X n is exact before its one rounding.
  [[nodiscard]] double squared_residual(const cluster_tally& group) const {
    const wide_integer scaled = static_cast<wide_integer>(group.events) * static_cast<wide_integer>(all.exposure) -
                                static_cast<wide_integer>(all.events) * static_cast<wide_integer>(group.exposure);
    const auto total = static_cast<double>(all.exposure);
    const double residual = static_cast<double>(scaled) / total / total;
    return residual * residual;
  }
};

estimable<two_way::crossed_variance> crossed(const char* function, std::span<const two_way::cell> given) {
  using keyed = std::vector<std::pair<std::uint64_t, cluster_tally>>;
  const sorted_cells c(function, given);
  const auto [rows, passers] = c.squares([](const two_way::cell& one, keyed& into) {
    into.push_back({one.row, {one.events, one.comparisons}});
  });
  const auto [columns, entries] = c.squares([](const two_way::cell& one, keyed& into) {
    into.push_back({one.column, {one.events, one.comparisons}});
  });
  if (auto why = c.no_variance(std::min(passers, entries))) return tl::unexpected(*why);
  const double cells = c.cell_squares(), both = rows + columns - cells, larger = std::max(rows, columns);
  two_way::crossed_variance out{c.rate(), rows, columns, cells, std::max(both, larger), {}};
  if (both < larger) out.flags |= flag::nonpsd_guard;
  return out;
}

} // namespace

} // namespace lfreval::detail

namespace lfreval::two_way {

estimable<crossed_variance> bipartite_cluster_var(std::span<const cell> cells) {
  return detail::crossed("two_way::bipartite_cluster_var", cells);
}

estimable<dyadic_variance> dyadic_cluster_var(std::span<const cell> pairs) {
  constexpr const char* name = "two_way::dyadic_cluster_var";
  std::vector<cell> ordered(pairs.begin(), pairs.end());
  for (cell& one : ordered) {
    if (one.row == one.column) detail::wrong_call(name, "pairs", "hold a person against themself");
    if (one.row > one.column) std::swap(one.row, one.column);
  }
  using keyed = std::vector<std::pair<std::uint64_t, cluster_tally>>;
  const detail::sorted_cells c(name, ordered);
  const auto [members, people] = c.squares([](const cell& one, keyed& into) {
    into.push_back({one.row, {one.events, one.comparisons}});
    into.push_back({one.column, {one.events, one.comparisons}});
  });
  if (auto why = c.no_variance(people)) return tl::unexpected(*why);
  const double unrelated = c.cell_squares(), both = members - unrelated;
  dyadic_variance out{c.rate(), unrelated, std::max(both, unrelated), {}};
  if (both < unrelated) out.flags |= flag::nonpsd_guard;
  return out;
}

estimable<product_bootstrap_variance> poisson_product_bootstrap_linearised_var(std::span<const cell> cells) {
  const auto v = detail::crossed("two_way::poisson_product_bootstrap_linearised_var", cells);
  if (!v) return tl::unexpected(v.error());
  return product_bootstrap_variance{v->rows + v->columns + v->cells, v->rows + v->columns - v->cells};
}

} // namespace lfreval::two_way

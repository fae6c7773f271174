#include <lfreval/counts/passage_tallies.hpp>

#include <stdexcept>

#include "counts/passage_rows.hpp"

namespace lfreval {

namespace {

constexpr std::size_t statuses = 3;
constexpr auto of_nonmated = static_cast<std::size_t>(mated_status::no), of_mated = static_cast<std::size_t>(mated_status::yes),
               of_unknown = static_cast<std::size_t>(mated_status::unknown);

/// Counts of single bins become sums from each bin upwards.
sweep_counts summed_upwards(sweep_counts counted) {
  const std::size_t row = counted.thresholds + 1;
  for (std::size_t cell = 0; cell < counted.cells; ++cell)
    for (std::size_t b = row - 1; b-- > 0;) counted.bins[cell * row + b] += counted.bins[cell * row + b + 1];
  return counted;
}

/// Sweeps one score per row. Rows without one pass no threshold and are not looked at again: bin 0 does not hold them.
template <class Score>
sweep_counts sweep_rows(std::size_t rows, std::span<const std::uint32_t> codes, std::size_t cells, const threshold_grid& grid,
                        unsigned threads, const Score& score_of) {
  std::vector<float> scores;
  std::vector<std::uint32_t> of;
  for (std::size_t i = 0; i < rows; ++i) {
    const float score = score_of(i);
    if (score == no_score) continue;
    scores.push_back(score);
    of.push_back(codes[i]);
  }
  return summed_upwards(sweep(scores, of, cells, grid, threads));
}

/// `may` records the same as `own` but for axes that it does not record.
bool may_be(const cell_labels& own, const cell_labels& may) {
  if (own.size() != may.size() || own == may) return false;
  for (auto a = own.begin(), b = may.begin(); a != own.end(); ++a, ++b)
    if (a->first != b->first || (a->second != b->second && !b->second.empty())) return false;
  return true;
}

undefined of_alerts_only(const tally_range<false_positive_tally>& bounds) {
  const auto share = [](const false_positive_tally& of) {
    return static_cast<double>(of.events().value()) / static_cast<double>(of.exposure().value());
  };
  return {undefined_reason::all_events,
          "Record the group of passers who did not alert, or of a random sample of them: it is on record for alerts only.",
          undefined::range{share(bounds.fewest), share(bounds.most)}};
}

} // namespace

passage_counts passage_tallies::at(std::size_t cell, std::size_t threshold) const {
  if (cell >= cells() || threshold >= grid_.size()) throw std::out_of_range("passage_tallies: no such cell or threshold");
  const std::size_t bin = threshold + 1;
  const auto top = [&](std::size_t status, std::size_t from) { return reaching(top_, cell * statuses + status, from); };
  const auto unacquired = [&](std::size_t status) { return not_acquired_[cell * statuses + status]; };
  passage_counts out;
  out.nonmated = nonmated_passages(top(of_nonmated, 0));
  out.nonmated_not_acquired = nonmated_passages(unacquired(of_nonmated));
  out.nonmated_with_alert = nonmated_passages_with_alert(top(of_nonmated, bin));
  if (second_) out.nonmated_with_two = nonmated_passages_with_alert(reaching(*second_, cell, bin));
  out.mated = mated_passages(top(of_mated, 0));
  out.mated_not_acquired = mated_passages(unacquired(of_mated));
  out.identified = mated_passages_identified(reaching(identified_, cell, bin));
  out.misidentified = mated_passages(top(of_mated, bin) - out.identified.value());
  out.identified_behind_another = mated_passages_identified(reaching(behind_, cell, bin));
  if (tied_) out.tied_first = mated_passages(reaching(*tied_, cell, bin));
  out.unknown = passages(top(of_unknown, 0));
  out.unknown_not_acquired = passages(unacquired(of_unknown));
  out.unknown_with_alert = passages(top(of_unknown, bin));
  return out;
}

std::optional<undefined> passage_tallies::unsupported(metric_id metric) const { return detail::without_truth(rule_.source, metric); }

std::vector<std::size_t> passage_tallies::may_belong_to(std::size_t cell) const {
  std::vector<std::size_t> out;
  for (std::size_t other = 0; other < cells(); ++other)
    if (may_be(labels_[cell], labels_[other])) out.push_back(other);
  return out;
}

estimable<false_positive_tally> passage_tallies::false_positives(std::size_t cell, std::size_t threshold) const {
  if (auto why = unsupported(metric_id::false_positive_identification_rate)) return tl::unexpected(*why);
  const passage_counts own = at(cell, threshold), lowest = at(cell, 0);
  if (own.nonmated.value() > 0 && lowest.nonmated_with_alert.value() == lowest.nonmated.value()) {
    std::uint64_t quiet = 0;
    for (const std::size_t other : may_belong_to(cell)) {
      const passage_counts unlabelled = at(other, 0);
      quiet += unlabelled.nonmated.value() - unlabelled.nonmated_with_alert.value();
    }
    if (quiet > 0) return tl::unexpected(of_alerts_only(*false_positive_bounds(cell, threshold)));
  }
  return own.nonmated_with_alert / own.nonmated;
}

estimable<true_positive_tally> passage_tallies::true_positives(std::size_t cell, std::size_t threshold) const {
  if (auto why = unsupported(metric_id::true_positive_identification_rate)) return tl::unexpected(*why);
  const passage_counts own = at(cell, threshold);
  const std::uint64_t left_out = rule_.failures == acquisition_failures::left_out ? own.mated_not_acquired.value() : 0;
  return own.identified / mated_passages(own.mated.value() - left_out);
}

estimable<false_negative_tally> passage_tallies::false_negatives(std::size_t cell, std::size_t threshold) const {
  const auto found = true_positives(cell, threshold);
  if (!found) return tl::unexpected(found.error());
  return mated_passages_missed(found->exposure().value() - found->events().value()) / found->exposure();
}

estimable<tally_range<false_positive_tally>> passage_tallies::false_positive_bounds(std::size_t cell, std::size_t threshold) const {
  if (auto why = unsupported(metric_id::false_positive_identification_rate)) return tl::unexpected(*why);
  const passage_counts own = at(cell, threshold);
  std::uint64_t open = own.unknown.value(), open_alerts = own.unknown_with_alert.value();
  for (const std::size_t other : may_belong_to(cell)) {
    const passage_counts more = at(other, threshold);
    open += more.nonmated.value() + more.unknown.value();
    open_alerts += more.nonmated_with_alert.value() + more.unknown_with_alert.value();
  }
  const std::uint64_t alerting = own.nonmated_with_alert.value(), all = own.nonmated.value();
  return tally_range<false_positive_tally>{
      {nonmated_passages_with_alert(alerting), nonmated_passages(all + open - open_alerts)},
      {nonmated_passages_with_alert(alerting + open_alerts), nonmated_passages(all + open_alerts)}};
}

estimable<tally_range<true_positive_tally>> passage_tallies::true_positive_bounds(std::size_t cell, std::size_t threshold) const {
  const auto certain = true_positives(cell, threshold);
  if (!certain) return tl::unexpected(certain.error());
  // An alert on someone who may be listed may be right or wrong: it can be a hit, and it can be a miss.
  std::uint64_t hits = 0, misses = 0;
  const auto open = [&](const passage_counts& from) {
    const bool all = rule_.failures == acquisition_failures::are_misses;
    hits += from.unknown_with_alert.value();
    misses += from.unknown.value() - (all ? 0 : from.unknown_not_acquired.value());
  };
  open(at(cell, threshold));
  for (const std::size_t other : may_belong_to(cell)) {
    open(at(other, threshold));
    const auto labelled = true_positives(other, threshold);
    hits += labelled->events().value();
    misses += labelled->exposure().value() - labelled->events().value();
  }
  const std::uint64_t found = certain->events().value(), all = certain->exposure().value();
  return tally_range<true_positive_tally>{{mated_passages_identified(found), mated_passages(all + misses)},
                                          {mated_passages_identified(found + hits), mated_passages(all + hits)}};
}

estimable<passage_tallies> count_passages(const passage_table& table, const passage_cells& cells, const threshold_grid& grid,
                                          const passage_rule& rule, unsigned threads) {
  constexpr const char* name = "count_passages";
  detail::require_rank_limit(name, rule);
  detail::require_passages(name, table);
  detail::require_cells(name, table, cells);
  if (auto why = detail::below_record(table, grid.edges().front())) return tl::unexpected(*why);
  if (auto why = detail::without_ranks(table, rule)) return tl::unexpected(*why);

  const std::size_t rows = table.size();
  passage_tallies out(grid, rule, cells.labels);
  std::vector<std::uint32_t> by_status(rows);
  out.not_acquired_.resize(cells.size() * statuses);
  for (std::size_t i = 0; i < rows; ++i) {
    by_status[i] = cells.codes[i] * static_cast<std::uint32_t>(statuses) + static_cast<std::uint32_t>(table.mated[i]);
    if (!detail::is_acquired(table, i)) ++out.not_acquired_[by_status[i]];
  }
  out.top_ = summed_upwards(sweep(table.top_score, by_status, cells.size() * statuses, grid, threads));
  const auto swept = [&](const auto& score_of) { return sweep_rows(rows, cells.codes, cells.size(), grid, threads, score_of); };
  const auto mate = [&](std::size_t i) {
    return table.mated[i] == mated_status::yes ? detail::identifying_score(table, i, rule) : no_score;
  };
  out.identified_ = swept(mate);
  out.behind_ = swept([&](std::size_t i) { return table.top_score[i] > table.mate_score[i] ? mate(i) : no_score; });
  if (detail::has_second(table)) {
    out.second_ = swept([&](std::size_t i) { return table.mated[i] == mated_status::no ? table.second_score[i] : no_score; });
    out.tied_ = swept([&](std::size_t i) {
      const bool tied = table.mated[i] == mated_status::yes && table.mate_score[i] == table.top_score[i] &&
                        table.second_score[i] == table.top_score[i];
      return tied ? table.mate_score[i] : no_score;
    });
  }
  return out;
}

} // namespace lfreval

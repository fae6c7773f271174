/// @file
/// Several programmes held beside each other: forces, years, vendors. What they have in common, how much they differ, and what a
/// further one may show. From their files alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/report/compare_evaluations.hpp>

namespace lfreval {

/// One programme's rate.
struct programme_rate {
  std::size_t programme = 0;    ///< its place among the evaluations
  cluster_tally total;
  double rate = 0.0;            ///< per exposure unit
  double design_effect = 1.0;
  bool independence_assumed = false; ///< it does not say how its trials cluster
  bool outside = false;         ///< of the funnel: further from the others than chance and the spread of all explain
};

/// How much less programmes differ from those with the same value of a condition.
struct explained_spread {
  std::string condition;                ///< threshold, watchlist_images, use_case …
  double heterogeneity = 0.0;           ///< Cochran's Q left within programmes of one value
  std::uint64_t degrees = 0;            ///< 0: each programme has a value of its own, and nothing can be told
  std::vector<std::string> moves_with;  ///< conditions that split the programmes in the same way
};

/// One rate over the programmes that measured it.
struct pooled_figure {
  std::string key;
  metric_id metric{};
  std::vector<programme_rate> rates;
  std::string why_not;                    ///< why nothing was pooled; then all below is empty
  bool of_counts = false;                 ///< a fit of the counts, where a programme has fewer than five effective events
  double rate = 0.0;                      ///< of the population of programmes, not of all their events together
  std::optional<interval> limits;         ///< of that
  std::optional<interval> predicted;      ///< where the rate of a further programme will lie; of counts: its events in `predicted_exposure`
  std::uint64_t predicted_exposure = 0;
  double spread = 0.0;                    ///< coefficient of variation between programmes
  double heterogeneity = 0.0, p_value = 1.0; ///< Cochran's Q and its tail; of counts the likelihood ratio against one common rate
  std::vector<explained_spread> explained;
  std::vector<std::string> differences, unknown; ///< conditions that are not the same everywhere, or not on record
};

struct pooled_evaluations {
  std::vector<compared_evaluation> programmes;
  confidence level{0.95};                 ///< the lowest of all
  std::vector<std::string> shared_inputs; ///< files behind more than one: nothing is pooled then, their rows are not independent
  std::vector<pooled_figure> figures;     ///< measured under one key by three or more, in the order of the first
};

/// One file and its name.
struct written_file {
  std::string_view text;
  std::string name;
};

/// Pools every rate that three or more evaluations measured under one key. Each programme counts for its effective events, x over
/// its design effect. Where all have five or more: logarithms of rates, Hartung & Knapp's interval guarded by DerSimonian & Laird's, and the
/// prediction interval of a further programme with t on k - 2 degrees of freedom (Higgins, Thompson & Spiegelhalter 2009). Otherwise
/// the counts are fitted, zeros included: gamma-Poisson, or beta-binomial where a share passes one in 20. The logarithm of a share
/// near 1 is no scale to pool on: above one half nothing is pooled.
///
/// What is refused: programmes that count or label differently (M40), that share an input file, and fewer than three. Conditions are held
/// against the spread one by one; conditions that split the programmes alike cannot be told apart, and no difference is shown to be
/// their effect.
/// Throws for fewer than three files. Cost: milliseconds a figure.
[[nodiscard]] result<pooled_evaluations> pool_evaluations(std::span<const written_file>);

[[nodiscard]] std::string to_text(const pooled_evaluations&);

} // namespace lfreval

/// @file
/// The area under the receiver operating characteristic: how often a mated passage scores above a non-mated one. A
/// summary over all thresholds, most of which no live system uses: beside the rates at a threshold, never in place of
/// them.
///
/// Common to all: equal scores count one half; a passage without a score lies below every score; counts are whole
/// numbers, so that no order matters. No mated or no non-mated passage is undefined (`empty`, bounds [0, 1]). Throws
/// for scores that are not finite and for more than 2^30 passages of a kind. Cost: a sort.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <lfreval/identification/clustered_threshold.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::identification {

/// An area with what is known of its error.
struct area_estimate {
  double area = 0.0;
  std::uint64_t mated = 0, nonmated = 0; ///< passages
  std::uint64_t persons = 0;             ///< 0 where passages were taken as unrelated
  estimable<double> variance;            ///< undefined (`one_cluster`) with a single passage, or person, of a kind
  estimable<interval> limits;    ///< on the logit scale, within (0, 1); undefined (`all_events`) at areas of 0 and 1
  estimable<interval> symmetric; ///< plus and minus; ends at the edges 0 and 1, which it often reaches
  flag_set flags; ///< `perfect_separation`: variance 0 says that these scores do not overlap, not that others will not
};

/// The difference of two areas over the same passages.
struct area_difference {
  area_estimate first, second;
  double difference = 0.0;    ///< first less second
  double covariance = 0.0;    ///< of the two areas
  double variance = 0.0;      ///< of the difference
  estimable<interval> limits; ///< plus and minus; undefined (`no_events`) when both order all passages alike
  estimable<double> z;        ///< difference over its standard error
  estimable<double> p_value;  ///< two-sided; never a headline
};

/// One passage scored by two systems.
struct passage_of_two {
  std::uint64_t person = 0;
  std::optional<float> first, second;
};

/// The area when every passage is unrelated to the next.   A = sum over pairs [x > y] + [x = y] / 2, over m n;
/// V = var(V10) / m + var(V01) / n, V10 and V01 each passage's own share of pairs won.
/// Cites: DeLong, DeLong & Clarke-Pearson 1988; Sun & Xu 2014 for the ranks. Flag `assumes_independence`.
[[nodiscard]] estimable<area_estimate> delong(std::span<const std::optional<float>> mated,
                                              std::span<const std::optional<float>> nonmated, confidence level,
                                              sides on = sides::two);

/// The same when people pass several times, on either side or on both: with sums over each person's passages,
/// V = S10 / m + S01 / n + 2 S11 / (m n), S10 = C10 / ((C10 - 1) m) sum (V10_c - m_c A)^2 over the C10 persons with
/// mated passages, S01 likewise, S11 = C / (C - 1) sum (V10_c - m_c A) (V01_c - n_c A).   Cites: Obuchowski 1997.
/// `nonpsd_guard` when the last term would make V smaller than one of the first two: the larger of those stands in.
[[nodiscard]] estimable<area_estimate> clustered_area(std::span<const person_passage> mated,
                                                      std::span<const person_passage> nonmated, confidence level,
                                                      sides on = sides::two);

/// Two systems' areas over the same passages, every passage unrelated to the next.   V = V_1 + V_2 - 2 cov.
/// Cites: DeLong, DeLong & Clarke-Pearson 1988.
[[nodiscard]] estimable<area_difference> delong_paired(std::span<const passage_of_two> mated,
                                                       std::span<const passage_of_two> nonmated, confidence level,
                                                       sides on = sides::two);

/// The same by person: the variance of `clustered_area` with each person's difference of the two in place of V10_c -
/// m_c A. Cites: Obuchowski 1997, section 3.
[[nodiscard]] estimable<area_difference> clustered_area_difference(std::span<const passage_of_two> mated,
                                                                   std::span<const passage_of_two> nonmated,
                                                                   confidence level, sides on = sides::two);

} // namespace lfreval::identification

/// @file
/// The area under the receiver operating characteristic where false alerts are rare: what remains of the area when the
/// part that no live system could use is cut away.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/identification/clustered_threshold.hpp>
#include <lfreval/intervals/curve_limits.hpp>

namespace lfreval::identification {

struct partial_area_request {
  double highest_rate = 0.01; ///< f: the area lies over false positive rates from 0 to f; above 0, at most 1
  confidence level{0.95};
  sides on = sides::two;
  std::uint32_t replicates = 2000;
  bootstrap::weight_source from = {};
  unsigned threads = 1; ///< the result does not depend on it
};

struct partial_area_estimate {
  double highest_rate = 0.0;
  double area = 0.0;    ///< 0 to f; f^2 / 2 is chance
  double mcclish = 0.0; ///< rescaled: 1/2 for chance, 1 for the largest possible area; below 1/2 when worse than chance
  std::uint64_t mated = 0, nonmated = 0;
  std::uint64_t mated_persons = 0;
  std::uint64_t deciding_persons = 0; ///< non-mated persons with a passage among the share f of highest scores
  estimable<bootstrap::percentile_limits> limits; ///< of `area`: people drawn anew, all their passages together
};

/// The area under the curve of mated against non-mated passages between the false positive rates 0 and f, straight
/// lines between neighbouring steps (equal scores count one half), and its rescaled form (1 + (A - f^2/2) / (f -
/// f^2/2)) / 2. Cites: McClish 1989; Dodd & Pepe 2003. A passage without a score lies below every score. Undefined
/// without mated or non-mated passages (`empty`). `limits` alone are undefined with fewer than 20 mated or 20 deciding
/// persons (`few_effective_events`) and when more than 1 % of replicates met nobody (`empty_replicates`). Throws for f
/// outside (0, 1], scores that are not finite and too few replicates for the confidence. Independent of order and
/// threads. Cost: a sort, and one pass over the passages per replicate.
[[nodiscard]] estimable<partial_area_estimate> partial_area(std::span<const person_passage> mated,
                                                            std::span<const person_passage> nonmated,
                                                            const partial_area_request& wanted);

} // namespace lfreval::identification

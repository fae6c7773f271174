/// @file
/// Draws the candidates of one search above the recording threshold without comparing with everyone on the list.
///
/// Exactness. Given the passer, the scores with different listed persons are independent, and person j exceeds the
/// recording threshold r with probability p_j. The list is cut into strata of similar entries; P bounds every p_j of a
/// stratum. (1) Entries are proposed independently with probability P: a Poisson process of hazard h = -log(1 - P) per
/// entry hits an entry with probability 1 - exp(-h) = P, independently of the others, and after a hit it starts anew at
/// the next entry. Only the hits cost anything. (2) For a proposed entry V is uniform and its score is placed where the
/// chance of a higher one is V P; it is kept if the score reaches r, that is if V P <= p_j, so with probability p_j /
/// P. Kept or not is therefore Bernoulli(p_j), and given that it is kept, V P is uniform on (0, p_j), which is the
/// distribution of the score above r. (3) The best of m independent scores exceeds x with 1 - (1 - tail(x))^m; it is
/// inverted in closed form. Nothing is approximated but by rounding.
///
/// Cost: per passer one tail probability per stratum; per passage one logarithm, and about three operations of 100 ns
/// per proposed entry, of which at least about a third is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "random_stream.hpp"
#include "trial_design.hpp"
#include "watchlist.hpp"

namespace lfreval::synthetic {

/// One returned candidate; the score as logged.
struct candidate {
  std::uint32_t person = 0;
  float score = 0.0F;

  friend bool operator==(const candidate&, const candidate&) = default;
};

/// Best first; equal scores by number.
[[nodiscard]] inline bool ranks_before(const candidate& a, const candidate& b) {
  return a.score != b.score ? a.score > b.score : a.person < b.person;
}

/// A score in millionths, cut downwards.
[[nodiscard]] inline std::int64_t millionths(double score) {
  return static_cast<std::int64_t>(std::floor(score * score_steps));
}
/// The score as logged.
[[nodiscard]] inline float logged(std::int64_t score) {
  return static_cast<float>(static_cast<double>(score) / score_steps);
}

/// The chance of a single comparison above which the best of `images` lies with probability `above`.
[[nodiscard]] inline double single_tail(double above, std::uint32_t images) {
  return images == 1 ? above : -std::expm1(std::log1p(-above) / images);
}

class candidate_sampler {
public:
  /// What one passer has in common in all passages. `level` is base plus passer effect.
  struct reach {
    std::uint32_t group = 0;
    double level = 0.0;
    double total_hazard = 0.0;
    std::vector<double> hazard, bound; ///< h and P per stratum
  };

  /// Candidates from `recording_threshold`, in millionths, upwards.
  candidate_sampler(const trial_design& design, const watchlist& list, std::int64_t recording_threshold);

  /// `into` is overwritten, so that its memory is used again.
  void reach_of(std::uint32_t group, double passer_effect, reach& into) const;

  /// Adds the candidates of one search, in no particular order, without the person `left_out` (no_one for nobody).
  void draw(const reach& passer, std::uint32_t left_out, random_stream& from, std::vector<candidate>& found) const;

  static constexpr std::uint32_t no_one = 0xFFFFFFFFU;

private:
  struct entry {
    std::uint32_t person;
    double shift; ///< list effect plus elevation
  };
  struct stratum {
    std::size_t first, size;
    std::uint32_t images;
    double highest; ///< shift
  };
  struct ordered_list {
    std::vector<entry> entries;
    std::vector<stratum> strata;
  };

  double noise_, base_, threshold_;
  std::int64_t cut_;
  std::vector<ordered_list> as_seen_by_; ///< per group of the passer
};

} // namespace lfreval::synthetic

#include "candidate_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace lfreval::synthetic {

namespace {

// Strata this many standard deviations of the noise wide: at four deviations the chances within one differ by less than
// a factor of three, so that a third of the proposals is kept at worst.
constexpr double stratum_width = 0.25;
// A chance of 1 has no finite hazard; 1 - exp(-40) is the same number.
constexpr double largest_hazard = 40.0;

} // namespace

candidate_sampler::candidate_sampler(const trial_design& design, const watchlist& list,
                                     std::int64_t recording_threshold)
    : noise_(design.scores.noise_sd), base_(design.scores.base),
      threshold_(static_cast<double>(recording_threshold) / score_steps), cut_(recording_threshold) {
  for (std::uint32_t group = 0; group < design.groups.size(); ++group) {
    ordered_list seen;
    for (std::uint32_t person = 0; person < list.persons.size(); ++person) {
      const listed_person& one = list.persons[person];
      seen.entries.push_back({person, one.effect + (one.group == group ? design.groups[group].elevation : 0.0)});
    }
    const auto images = [&list](const entry& e) { return list.persons[e.person].images; };
    std::sort(seen.entries.begin(), seen.entries.end(), [&](const entry& a, const entry& b) {
      return std::tuple(images(a), -a.shift, a.person) < std::tuple(images(b), -b.shift, b.person);
    });
    for (std::size_t i = 0; i < seen.entries.size(); ++i) {
      const entry& e = seen.entries[i];
      if (seen.strata.empty() || seen.strata.back().images != images(e) ||
          seen.strata.back().highest - e.shift > stratum_width * noise_)
        seen.strata.push_back({i, 0, images(e), e.shift});
      ++seen.strata.back().size;
    }
    as_seen_by_.push_back(std::move(seen));
  }
}

void candidate_sampler::reach_of(std::uint32_t group, double passer_effect, reach& into) const {
  const std::vector<stratum>& strata = as_seen_by_[group].strata;
  into.group = group;
  into.level = base_ + passer_effect;
  into.total_hazard = 0.0;
  into.hazard.resize(strata.size());
  into.bound.resize(strata.size());
  for (std::size_t s = 0; s < strata.size(); ++s) {
    const double tail = distribution::normal_above((threshold_ - into.level - strata[s].highest) / noise_);
    const double hazard = std::min(largest_hazard, -static_cast<double>(strata[s].images) * std::log1p(-tail));
    into.hazard[s] = hazard;
    into.bound[s] = -std::expm1(-hazard);
    into.total_hazard += hazard * static_cast<double>(strata[s].size);
  }
}

void candidate_sampler::draw(const reach& passer, std::uint32_t left_out, random_stream& from,
                             std::vector<candidate>& found) const {
  const ordered_list& seen = as_seen_by_[passer.group];
  double ahead = from.exponential(); // hazard up to the next hit
  double still = passer.total_hazard;
  for (std::size_t s = 0; s < seen.strata.size() && ahead <= still; ++s) {
    const stratum& here = seen.strata[s];
    const double hazard = passer.hazard[s];
    still -= hazard * static_cast<double>(here.size);
    for (std::size_t at = 0; at < here.size;) {
      const double span = hazard * static_cast<double>(here.size - at);
      if (ahead >= span) {
        ahead -= span;
        break;
      }
      at = std::min(here.size - 1, at + static_cast<std::size_t>(ahead / hazard));
      const entry& hit = seen.entries[here.first + at];
      const double tail = single_tail(from.uniform() * passer.bound[s], here.images);
      const std::int64_t score =
          millionths(passer.level + hit.shift + noise_ * distribution::normal_upper_quantile(tail));
      if (score >= cut_ && hit.person != left_out) found.push_back({hit.person, logged(score)});
      ahead = from.exponential();
      ++at;
    }
  }
}

} // namespace lfreval::synthetic

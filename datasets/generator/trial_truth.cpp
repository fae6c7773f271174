#include "trial_truth.hpp"

#include <cmath>
#include <stdexcept>

#include <lfreval/intervals/quantile.hpp>

namespace lfreval::synthetic {

namespace {

// Beyond this many standard deviations a normal variable lies once in 10^17.
constexpr double reach_in_deviations = 8.5;

double density(double z) { return std::exp(-0.5 * z * z) * 0.398942280401432677940; }

/// log P(Z <= z); the smaller tail carries the digits. Nothing below e^-700 matters, and nothing within 10^-19 of 0.
double log_below(double z) {
  if (z > 9.0) return 0.0;
  const double value = z > 0.0 ? std::log1p(-distribution::normal_above(z)) : std::log(distribution::normal_above(-z));
  return std::fmax(value, -700.0);
}

/// P(best of m above), from log P(one below).
double best_above(double log_one_below, double images) { return -std::expm1(images * log_one_below); }

struct node {
  double at, weight;
};

/// The trapezoid rule for the mean over a normal effect: steps small against the effect and against what it is added
/// to.
std::vector<node> normal_nodes(double sd, double scale, unsigned finer) {
  if (sd == 0.0) return {{0.0, 1.0}};
  const double step = std::fmin(0.125, scale / (8.0 * sd)) / finer;
  const int most = static_cast<int>(std::ceil(reach_in_deviations / step));
  std::vector<node> out;
  for (int k = -most; k <= most; ++k)
    out.push_back({sd * k * step, density(k * step) * step});
  return out;
}

/// Scores from the threshold upwards and passer effects on steps of one size, so that what depends on the distance
/// score - base - passer effect needs one table for all pairs.
struct common_grid {
  common_grid(const trial_design& d, double from, unsigned finer) : threshold(from) {
    const score_design& s = d.scores;
    step = std::fmin(s.noise_sd, s.mate_noise_sd) / 16.0 / finer;
    if (s.passer_sd > 0.0) {
      step = std::fmin(step, s.passer_sd / 8.0 / finer);
      effects = static_cast<std::size_t>(std::ceil(reach_in_deviations * s.passer_sd / step));
      for (std::size_t k = 0; k <= 2 * effects; ++k) {
        const double z = (static_cast<double>(k) - static_cast<double>(effects)) * step / s.passer_sd;
        weight.push_back(density(z) * step / s.passer_sd);
      }
    } else {
      weight.push_back(1.0);
    }
    double shift = d.cameras[0].mate_shift + d.lights[0].mate_shift;
    for (const condition_design& camera : d.cameras)
      for (const condition_design& light : d.lights)
        shift = std::fmax(shift, camera.mate_shift + light.mate_shift);
    const double top = s.mate_base + shift + reach_in_deviations * std::hypot(s.mate_sd, s.mate_noise_sd);
    scores = 2 * static_cast<std::size_t>(std::ceil(std::fmax(0.0, top - threshold) / (2.0 * step)));
    origin = threshold - s.base - static_cast<double>(effects) * step;
  }
  [[nodiscard]] std::size_t places() const { return scores + 2 * effects + 1; }
  [[nodiscard]] double distance(std::size_t at) const { return origin + static_cast<double>(at) * step; }

  /// The mean over the passer effect of `chance(place)` at the score `i` steps above the threshold.
  template <class Chance> [[nodiscard]] double mean(std::size_t i, Chance chance) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < weight.size(); ++k)
      sum += weight[k] * chance(i + 2 * effects - k);
    return sum;
  }

  double threshold = 0.0, step = 0.0, origin = 0.0;
  std::size_t effects = 0, scores = 0; ///< `scores` is even, for Simpson's rule
  std::vector<double> weight;
};

/// What one group of passers meets: at each place of the grid, the chances that somebody on the list scores higher.
class view {
public:
  view(const trial_design& d, const watchlist& list, const common_grid& grid, std::uint32_t group, unsigned finer)
      : design_(d), list_(list), grid_(grid), group_(group) {
    for (std::size_t at = 0; at < grid.places(); ++at)
      nobody_.push_back(log_nobody(grid.distance(at)));
    tabulate_kind(finer);
  }

  [[nodiscard]] double alert(std::size_t at) const { return -std::expm1(nobody_[at]); }
  /// The same without listed person j.
  [[nodiscard]] std::vector<double> alerts_without(std::uint32_t j) const {
    std::vector<double> out;
    for (std::size_t at = 0; at < nobody_.size(); ++at)
      out.push_back(-std::expm1(nobody_[at] - log_below_person(j, grid_.distance(at))));
    return out;
  }
  /// Candidates expected.
  [[nodiscard]] double candidates(std::size_t at) const {
    double sum = 0.0;
    for (std::uint32_t j = 0; j < list_.persons.size(); ++j)
      sum -= std::expm1(log_below_person(j, grid_.distance(at)));
    return sum;
  }

  /// For lists of this kind; `volunteers` of them among the entries searched.
  [[nodiscard]] double kind_alert(std::size_t at, std::uint32_t volunteers) const {
    double log_nobody = 0.0;
    if (volunteers > 0) log_nobody += volunteers * std::log1p(-volunteer_above_[at]);
    if (design_.others_listed > 0) log_nobody += design_.others_listed * std::log1p(-other_above_[at]);
    return -std::expm1(log_nobody);
  }
  [[nodiscard]] double kind_candidates(std::size_t at) const {
    return design_.volunteers * volunteer_above_[at] + design_.others_listed * other_above_[at];
  }

private:
  [[nodiscard]] double log_below_person(std::uint32_t j, double distance) const {
    const listed_person& one = list_.persons[j];
    const double elevation = one.group == group_ ? design_.groups[group_].elevation : 0.0;
    return one.images * log_below((distance - one.effect - elevation) / design_.scores.noise_sd);
  }
  [[nodiscard]] double log_nobody(double distance) const {
    double sum = 0.0;
    for (std::uint32_t j = 0; j < list_.persons.size(); ++j)
      sum += log_below_person(j, distance);
    return sum;
  }
  /// The chance that an entry drawn at random reaches a score, for volunteers and for others.
  void tabulate_kind(unsigned finer) {
    const group_design& own = design_.groups[group_];
    const auto effects = normal_nodes(design_.scores.list_sd, design_.scores.noise_sd, finer);
    for (std::size_t at = 0; at < nobody_.size(); ++at) {
      double above[2] = {0.0, 0.0};
      for (int same = 0; same < 2; ++same)
        for (const node& effect : effects) {
          const double log_one =
              log_below((grid_.distance(at) - effect.at - (same ? own.elevation : 0.0)) / design_.scores.noise_sd);
          for (std::size_t m = 0; m < design_.images_per_person.size(); ++m)
            above[same] +=
                effect.weight * design_.images_per_person[m] * best_above(log_one, static_cast<double>(m + 1));
        }
      const auto mixed = [&above](double share) { return std::fmin(1.0, share * above[1] + (1.0 - share) * above[0]); };
      volunteer_above_.push_back(mixed(own.share_of_passers));
      other_above_.push_back(mixed(own.share_of_list));
    }
  }

  const trial_design& design_;
  const watchlist& list_;
  const common_grid& grid_;
  std::uint32_t group_;
  std::vector<double> nobody_, volunteer_above_, other_above_;
};

/// The mate's score of a person with so many images under one camera and light, given that a template was made.
struct mate_curve {
  double above = 0.0;          ///< the chance to reach the threshold
  std::vector<double> density; ///< at each score of the grid

  void add(const mate_curve& other, double share) {
    density.resize(other.density.size());
    above += share * other.above;
    for (std::size_t i = 0; i < density.size(); ++i)
      density[i] += share * other.density[i];
  }
};

mate_curve mate_of(const score_design& s, double mean, double images, const common_grid& grid, unsigned finer) {
  mate_curve out;
  out.density.assign(grid.scores + 1, 0.0);
  for (const node& effect : normal_nodes(s.mate_sd, s.mate_noise_sd, finer)) {
    const double start = (grid.threshold - mean - effect.at) / s.mate_noise_sd;
    out.above += effect.weight * best_above(log_below(start), images);
    for (std::size_t i = 0; i <= grid.scores; ++i) {
      const double z = start + static_cast<double>(i) * grid.step / s.mate_noise_sd;
      if (std::fabs(z) > 9.0) continue;
      const double others_below = images == 1.0 ? 1.0 : images * std::exp((images - 1.0) * log_below(z));
      out.density[i] += effect.weight * others_below * density(z) / s.mate_noise_sd;
    }
  }
  return out;
}

/// Curves of every camera, light and number of images; a group mixes them by how often a template is made of it.
class mate_curves {
public:
  mate_curves(const trial_design& d, const common_grid& grid, unsigned finer) : design_(d) {
    if (d.volunteers == 0) return;
    for (std::size_t m = 0; m < d.images_per_person.size(); ++m)
      for (const condition_design& camera : d.cameras)
        for (const condition_design& light : d.lights)
          curves_.push_back(mate_of(d.scores, d.scores.mate_base + camera.mate_shift + light.mate_shift,
                                    static_cast<double>(m + 1), grid, finer));
  }
  /// With m + 1 images; a template that is not made is no score.
  [[nodiscard]] mate_curve of_group(std::uint32_t group, std::size_t m) const {
    mate_curve out;
    std::size_t at = m * design_.cameras.size() * design_.lights.size();
    for (const condition_design& camera : design_.cameras)
      for (const condition_design& light : design_.lights)
        out.add(curves_[at++], camera.share * light.share *
                                   (1.0 - design_.groups[group].failure_to_acquire - camera.failure_to_acquire -
                                    light.failure_to_acquire));
    return out;
  }

private:
  const trial_design& design_;
  std::vector<mate_curve> curves_;
};

/// The chance that the mate reaches the threshold and someone else scores higher: Simpson's rule over the mate's score.
template <class Chance> double overtaken(const common_grid& grid, const mate_curve& mate, Chance chance) {
  if (grid.scores == 0) return 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i <= grid.scores; ++i) {
    const double factor = i == 0 || i == grid.scores ? 1.0 : (i % 2 == 1 ? 4.0 : 2.0);
    sum += factor * mate.density[i] * grid.mean(i, chance);
  }
  return sum * grid.step / 3.0;
}

/// Sums of one group; those of all are weighted sums of these.
struct sums {
  double acquired = 0.0, alert = 0.0, kind_alert = 0.0, candidates = 0.0, kind_candidates = 0.0, ever = 0.0;
  double kind_found = 0.0, kind_first = 0.0;
  double volunteers = 0.0, volunteers_acquired = 0.0, found = 0.0, first = 0.0;

  void add(const sums& other, double share) {
    acquired += share * other.acquired;
    alert += share * other.alert;
    kind_alert += share * other.kind_alert;
    candidates += share * other.candidates;
    kind_candidates += share * other.kind_candidates;
    ever += share * other.ever;
    kind_found += share * other.kind_found;
    kind_first += share * other.kind_first;
    volunteers += other.volunteers;
    volunteers_acquired += other.volunteers_acquired;
    found += other.found;
    first += other.first;
  }
};

estimable<double> share_of(double part, double whole) {
  if (whole <= 0.0)
    return tl::unexpected(undefined{undefined_reason::empty,
                                    "Put a volunteer of this group on the list, or let a template be made.",
                                    undefined::range{0.0, 1.0}});
  return part / whole;
}

rate_truth rates_from(const std::string& group, const sums& s, bool any_volunteers) {
  rate_truth out;
  const double kind = any_volunteers ? 1.0 : 0.0;
  out.group = group;
  out.failure_to_acquire = 1.0 - s.acquired;
  out.false_positive_identification_rate = {s.alert, s.kind_alert};
  out.acquired_false_positive_identification_rate = {share_of(s.alert, s.acquired), share_of(s.kind_alert, s.acquired)};
  out.selectivity = {s.candidates, s.kind_candidates};
  out.persons_ever_alerted = s.ever;
  out.true_positive_identification_rate = {share_of(s.first, s.volunteers), share_of(s.kind_first, kind)};
  out.acquired_true_positive_identification_rate = {share_of(s.first, s.volunteers_acquired),
                                                    share_of(s.kind_first, kind * s.acquired)};
  out.true_positive_identification_rate_any_rank = {share_of(s.found, s.volunteers), share_of(s.kind_found, kind)};
  return out;
}

sums of_group(const trial_design& d, const watchlist& list, const common_grid& grid, const mate_curves& mates,
              std::uint32_t group, unsigned finer) {
  sums out;
  const view seen(d, list, grid, group, finer);
  for (const condition_design& camera : d.cameras)
    for (const condition_design& light : d.lights)
      out.acquired += camera.share * light.share *
                      (1.0 - d.groups[group].failure_to_acquire - camera.failure_to_acquire - light.failure_to_acquire);
  const double acquired = out.acquired;
  out.alert = acquired * grid.mean(0, [&](std::size_t at) { return seen.alert(at); });
  out.kind_alert = acquired * grid.mean(0, [&](std::size_t at) { return seen.kind_alert(at, d.volunteers); });
  out.candidates = acquired * grid.mean(0, [&](std::size_t at) { return seen.candidates(at); });
  out.kind_candidates = acquired * grid.mean(0, [&](std::size_t at) { return seen.kind_candidates(at); });
  const std::vector<double> passes = d.passer_passes.probabilities();
  out.ever = grid.mean(0, [&](std::size_t at) {
    const double log_quiet = std::log1p(-acquired * seen.alert(at));
    double sum = 0.0;
    for (std::size_t n = 0; n < passes.size(); ++n)
      sum -= passes[n] * std::expm1((d.passer_passes.fewest + static_cast<double>(n)) * log_quiet);
    return sum;
  });

  for (std::size_t m = 0; m < d.images_per_person.size() && d.volunteers > 0; ++m) {
    const mate_curve mate = mates.of_group(group, m);
    const double lost = overtaken(grid, mate, [&](std::size_t at) { return seen.kind_alert(at, d.volunteers - 1); });
    out.kind_found += d.images_per_person[m] * mate.above;
    out.kind_first += d.images_per_person[m] * (mate.above - lost);
    for (std::uint32_t j = 0; j < d.volunteers; ++j) {
      if (list.persons[j].group != group || list.persons[j].images != m + 1) continue;
      const std::vector<double> alert = seen.alerts_without(j);
      out.volunteers += 1.0;
      out.volunteers_acquired += acquired;
      out.found += mate.above;
      out.first += mate.above - overtaken(grid, mate, [&alert](std::size_t at) { return alert[at]; });
    }
  }
  return out;
}

} // namespace

trial_truth truth_of(const trial_design& d, const watchlist& list, double threshold, unsigned finer) {
  require_valid(d);
  if (list.persons.size() != d.list_size())
    throw std::invalid_argument("truth_of: the list was drawn from another design");
  for (const listed_person& one : list.persons)
    if (one.group >= d.groups.size() || one.images == 0 || one.images > d.images_per_person.size())
      throw std::invalid_argument("truth_of: the list was drawn from another design");
  if (!std::isfinite(threshold)) throw std::invalid_argument("truth_of: threshold is not finite");
  if (finer == 0) throw std::invalid_argument("truth_of: finer is 0");
  trial_truth out;
  out.threshold = threshold;
  const common_grid grid(d, threshold, finer);
  const mate_curves mates(d, grid, finer);
  sums all;
  for (std::uint32_t group = 0; group < d.groups.size(); ++group) {
    const sums own = of_group(d, list, grid, mates, group, finer);
    all.add(own, d.groups[group].share_of_passers);
    out.rates.push_back(rates_from(d.groups[group].name, own, d.volunteers > 0));
  }
  out.rates.insert(out.rates.begin(), rates_from("", all, d.volunteers > 0));
  return out;
}

} // namespace lfreval::synthetic

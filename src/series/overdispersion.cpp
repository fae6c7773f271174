#include <lfreval/series/overdispersion.hpp>

#include <algorithm>
#include <vector>

#include <lfreval/detail/watch.hpp>

#include "series/random.hpp"

namespace lfreval::overdispersion {

namespace {

constexpr std::uint64_t most_events = 10000;
constexpr std::size_t quantiles = 4096;

/// Relative rates of equal probability: the mid-quantiles of a gamma distribution with mean 1.
std::vector<double> relative_rates(double cv) {
  const double shape = 1.0 / (cv * cv);
  std::vector<double> out;
  out.reserve(quantiles);
  for (std::size_t i = 0; i < quantiles; ++i)
    out.push_back(distribution::gamma_lower_quantile(shape, (static_cast<double>(i) + 0.5) / quantiles) / shape);
  return out;
}

/// Deals `events` out over deployments and says how far the table is from expectation.
class dealer {
public:
  dealer(std::vector<double> chances, std::uint64_t events)
      : means_(std::move(chances)), counts_(means_.size()), begin_(means_.size()), events_(events) {
    for (double& m : means_) m *= static_cast<double>(events);
  }

  /// `up_to` holds the running sums of the weights that the events are dealt out with.
  double spread(const std::vector<double>& up_to, detail::splitmix64& from) {
    std::fill(counts_.begin(), counts_.end(), 0.0);
    // Where to begin looking for a number that falls into each of as many equal parts as there are deployments.
    const std::size_t parts = up_to.size();
    const double total = up_to.back();
    for (std::size_t part = 0, i = 0; part < parts; ++part) {
      while (i + 1 < parts && up_to[i] <= total * (static_cast<double>(part) / static_cast<double>(parts))) ++i;
      begin_[part] = i;
    }
    for (std::uint64_t e = 0; e < events_; ++e) {
      const double u = from.uniform();
      std::size_t i = begin_[static_cast<std::size_t>(u * static_cast<double>(parts))];
      while (i + 1 < parts && up_to[i] <= u * total) ++i;
      counts_[i] += 1.0;
    }
    return spread();
  }

  double spread() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < means_.size(); ++i) sum += (counts_[i] - means_[i]) * (counts_[i] - means_[i]);
    return sum;
  }

private:
  std::vector<double> means_, counts_;
  std::vector<std::size_t> begin_;
  std::uint64_t events_;
};

std::vector<double> running_sums(const std::vector<double>& values) {
  std::vector<double> out;
  out.reserve(values.size());
  double sum = 0.0;
  for (const double v : values) out.push_back(sum += v);
  return out;
}

} // namespace

estimable<detectability> detect(std::span<const cluster_tally> deployments, confidence level,
                                const detectability_options& how) {
  constexpr const char* name = "overdispersion::detect";
  if (!std::isfinite(how.cv) || how.cv < 0.01 || how.cv > 10.0) detail::wrong_call(name, "cv", "is not between 0.01 and 10");
  if (how.replicates < 100 || how.replicates > 1000000) detail::wrong_call(name, "replicates", "are not 100 to 1,000,000");
  const detail::sorted_clusters c(name, deployments);
  if (auto why = detail::no_spread(c, metric_family::rate)) return tl::unexpected(*why);

  const std::uint64_t dealt = std::min(c.events, most_events);
  std::vector<double> chances;
  for (const cluster_tally& d : c.rows) chances.push_back(static_cast<double>(d.exposure) / c.total());
  // With more events than are dealt, the observed table is brought to the smaller total: what chance explains grows
  // with the total, the spread around that (by chance or by different rates) with its square.
  const double scale = static_cast<double>(dealt) / static_cast<double>(c.events);
  const double by_chance = 1.0 - c.squared_weights();
  const double excess = c.squared_residuals() - static_cast<double>(c.events) * by_chance;
  const double observed =
      scale < 1.0 ? static_cast<double>(dealt) * by_chance + scale * scale * excess : c.squared_residuals();

  dealer table(chances, dealt);
  detail::splitmix64 from(how.seed);
  const std::vector<double> equal = running_sums(chances);
  std::vector<double> chance;
  chance.reserve(how.replicates);
  for (std::uint64_t r = 0; r < how.replicates; ++r) {
    detail::stop_if_asked();
    chance.push_back(table.spread(equal, from));
  }
  std::sort(chance.begin(), chance.end());
  const auto p_of = [&](double spread) {
    // Tables with the same counts in another order may differ in the last bits.
    const auto first = std::lower_bound(chance.begin(), chance.end(), spread * (1.0 - 1e-12));
    return (1.0 + static_cast<double>(chance.end() - first)) / (1.0 + static_cast<double>(how.replicates));
  };

  const std::vector<double> relative = relative_rates(how.cv);
  std::uint64_t found = 0;
  std::vector<double> weights(chances.size());
  for (std::uint64_t r = 0; r < how.replicates; ++r) {
    detail::stop_if_asked();
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = chances[i] * relative[from.bits() % quantiles];
    found += p_of(table.spread(running_sums(weights), from)) <= level.alpha() ? 1U : 0U;
  }
  return detectability{p_of(observed), static_cast<double>(found) / static_cast<double>(how.replicates), how.cv, level,
                       dealt, how.replicates, how.seed};
}

} // namespace lfreval::overdispersion

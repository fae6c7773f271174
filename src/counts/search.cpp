#include <lfreval/counts/search.hpp>

#include <string>

namespace lfreval {

float exact_score(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) throw std::invalid_argument("exact_score: templates of " + std::to_string(a.size()) + " and " + std::to_string(b.size()) + " numbers");
  double sums[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= a.size(); i += 8)
    for (std::size_t k = 0; k < 8; ++k) sums[k] += static_cast<double>(a[i + k]) * static_cast<double>(b[i + k]);
  for (std::size_t k = 0; i < a.size(); ++i, ++k) sums[k] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return static_cast<float>(((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7])));
}

double score_error(std::size_t dimension, double norm_a, double norm_b) {
  const double d = static_cast<double>(dimension);
  const auto gamma = [&](double u) { return d * u / (1 - d * u); };
  const double relative = gamma(0x1p-24) + gamma(0x1p-53) + 0x1p-24;
  // The factor covers the rounding of this very line.
  return (relative * norm_a * norm_b + d * 0x1p-126 * (1 + norm_a + norm_b)) * (1 + 1e-12);
}

score_source::score_source(const template_set& probes, const template_set& references) : probes_(&probes), references_(&references) {
  if (probes.dimension() != references.dimension())
    throw std::invalid_argument("search: probes of " + std::to_string(probes.dimension()) + " numbers, references of " + std::to_string(references.dimension()));
  for (const double norm : references.norms()) largest_norm_ = std::max(largest_norm_, norm);
}

} // namespace lfreval

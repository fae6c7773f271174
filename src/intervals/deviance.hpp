// Logarithms of factorials and powers without cancelling (Loader 2000). Private to src/.
#pragma once

#include <cmath>

#include <boost/math/special_functions/log1p.hpp>

namespace lfreval::detail {

/// k log(k / m) + m - k for k = m + difference, without cancelling where k is close to m.
inline double deviance(double m, double difference) {
  const double t = difference / m;
  if (std::fabs(t) < 0.5) return m * (t * std::log1p(t) + boost::math::log1pmx(t, boost::math::policies::policy<boost::math::policies::promote_double<false>>()));
  return m * ((1.0 + t) * std::log1p(t) - t);
}

/// log Gamma(k) minus Stirling's formula.
inline double stirling_error(double k) {
  double error = 0.0;
  for (; k < 16.0; k += 1.0) error += (k + 0.5) * std::log1p(1.0 / k) - 1.0;
  const double s = 1.0 / (k * k);
  return error + (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s * (1.0 / 1188))))) / k;
}

} // namespace lfreval::detail

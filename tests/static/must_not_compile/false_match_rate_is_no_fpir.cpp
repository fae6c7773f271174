// expects: lfreval M10
// test: M10 a false match rate is projected by name
#include <lfreval/identification/list_projection.hpp>
using namespace lfreval::identification;

inline false_positive_identification_rate at(false_match_rate per_comparison) {
#ifdef LFREVAL_BAD_LINE
  return false_positive_identification_rate(per_comparison);
#else
  return binomial_scaling(per_comparison, 10000).rate;
#endif
}

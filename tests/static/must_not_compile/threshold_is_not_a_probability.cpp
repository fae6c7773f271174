// expects: lfreval M11
// test: M11 a threshold is not a probability
#include <lfreval/types.hpp>
using namespace lfreval;

inline double on_the_scale(threshold set_at) {
#ifdef LFREVAL_BAD_LINE
  return as_probability(set_at);
#else
  return static_cast<double>(set_at.value());
#endif
}

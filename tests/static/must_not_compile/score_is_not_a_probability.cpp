// expects: lfreval M11
// test: M11 a score is not a probability
#include <lfreval/types.hpp>
using namespace lfreval;

inline double on_the_scale(score logged) {
#ifdef LFREVAL_BAD_LINE
  return as_probability(logged);
#else
  return static_cast<double>(logged.value());
#endif
}

// expects: no match for || invalid operands
// test: alerts and faces do not compare
#include <lfreval/types.hpp>
using namespace lfreval;

inline bool fewer(alerts raised, faces seen) {
#ifdef LFREVAL_BAD_LINE
  return raised < seen;
#else
  return raised.value() < seen.value();
#endif
}

// expects: no match for || invalid operands
// test: thresholds do not add
#include <lfreval/types.hpp>
using namespace lfreval;

inline bool same(threshold a, threshold b) {
#ifdef LFREVAL_BAD_LINE
  return (a + b) == a;
#else
  return (a - b) == margin{};
#endif
}

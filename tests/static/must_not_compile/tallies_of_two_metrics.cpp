// expects: no match for || invalid operands
// test: tallies of two metrics do not add
#include <lfreval/types.hpp>
using namespace lfreval;

inline bool pooled(tally<false_alerts, faces> a, tally<false_alerts, resolved_alerts> b) {
#ifdef LFREVAL_BAD_LINE
  return (a + b).events() == b.events();
#else
  return (a + a).events() == (b + b).events();
#endif
}

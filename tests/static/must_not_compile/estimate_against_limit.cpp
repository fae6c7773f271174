// expects: lfreval M38
// test: M38 a point estimate is not compared with a limit
#include <lfreval/types.hpp>
using namespace lfreval;

inline bool keeps(const estimate& a, const limit& declared) {
#ifdef LFREVAL_BAD_LINE
  return a < declared;
#else
  return a.metric == declared.metric;
#endif
}

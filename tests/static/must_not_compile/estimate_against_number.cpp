// expects: lfreval M38
// test: M38 a point estimate is not compared with a number
#include <lfreval/types.hpp>
using namespace lfreval;

inline bool keeps(const estimate& a) {
#ifdef LFREVAL_BAD_LINE
  return a < 0.001;
#else
  return a.headline.upper < 0.001;
#endif
}

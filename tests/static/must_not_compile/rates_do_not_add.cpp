// expects: lfreval M36
// test: M36 rates do not add
#include <lfreval/types.hpp>
using namespace lfreval;

inline estimate pooled(const estimate& a, const estimate& b) {
#ifdef LFREVAL_BAD_LINE
  return a + b;
#else
  return a.exposure > b.exposure ? a : b;
#endif
}

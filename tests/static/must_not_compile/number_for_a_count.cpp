// expects: could not convert || no viable conversion
// test: a bare number is not a count
#include <lfreval/types.hpp>
using namespace lfreval;

inline faces seen(std::uint64_t n) {
#ifdef LFREVAL_BAD_LINE
  return n;
#else
  return faces{n};
#endif
}

// expects: lfreval: a confidence lies strictly between 0 and 1
// test: a confidence of 1 leaves no chance of being wrong
#include <lfreval/types.hpp>
using namespace lfreval;

#ifdef LFREVAL_BAD_LINE
constexpr confidence level{1.0};
#else
constexpr confidence level{0.999999};
#endif
static_assert(level.alpha() < 1);

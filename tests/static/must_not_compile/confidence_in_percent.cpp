// expects: lfreval: a confidence lies strictly between 0 and 1
// test: a confidence of 95 is a percentage
#include <lfreval/types.hpp>
using namespace lfreval;

#ifdef LFREVAL_BAD_LINE
constexpr confidence level{95};
#else
constexpr confidence level{0.95};
#endif
static_assert(level.alpha() < 1);

// expects: narrow
// test: a count is not negative
#include <lfreval/types.hpp>
using namespace lfreval;

#ifdef LFREVAL_BAD_LINE
constexpr faces seen{-1};
#else
constexpr faces seen{1};
#endif
static_assert(seen.value() == 1);

// expects: count: above 2^52
// test: a count above 2^52 is refused
#include <lfreval/types.hpp>
using namespace lfreval;

#ifdef LFREVAL_BAD_LINE
constexpr faces seen{largest_count + 1};
#else
constexpr faces seen{largest_count};
#endif
static_assert(seen.value() > 0);

// expects: narrow || implicit conversion from 'double'
// test: a count is not a fraction
#include <lfreval/types.hpp>
using namespace lfreval;

#ifdef LFREVAL_BAD_LINE
constexpr faces seen{1.5};
#else
constexpr faces seen{1};
#endif
static_assert(seen.value() == 1);

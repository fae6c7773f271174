// expects: lfreval: an estimable does not hold a result
// test: an estimable does not hold a result
#include <lfreval/types.hpp>
using namespace lfreval;

#ifdef LFREVAL_BAD_LINE
inline estimable<result<int>> both() { return {}; }
#else
inline estimable<int> both() { return 1; }
#endif
inline bool has() { return both().has_value(); }

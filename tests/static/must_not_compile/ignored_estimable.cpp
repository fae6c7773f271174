// expects: nodiscard
// test: the result of estimating is not ignored
#include <lfreval/types.hpp>
using namespace lfreval;

estimable<double> estimated();
inline bool ok() {
#ifdef LFREVAL_BAD_LINE
  estimated();
  return true;
#else
  return estimated().has_value();
#endif
}

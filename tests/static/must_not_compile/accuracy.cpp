// expects: lfreval M03
// test: M03 there is no accuracy on an open-set log
#include <lfreval/types.hpp>
using namespace lfreval;

inline double share(alerts a, faces f) {
#ifdef LFREVAL_BAD_LINE
  return accuracy(a, f);
#else
  return static_cast<double>((a / f).events().value());
#endif
}

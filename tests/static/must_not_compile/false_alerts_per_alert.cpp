// expects: lfreval M16
// test: M16 unresolved alerts are neither true nor false
#include <lfreval/types.hpp>
using namespace lfreval;

[[nodiscard]] constexpr auto rate(false_alerts events, alerts raised, resolved_alerts resolved) {
#ifdef LFREVAL_BAD_LINE
  return static_cast<void>(resolved), events / raised;
#else
  return static_cast<void>(raised), events / resolved;
#endif
}

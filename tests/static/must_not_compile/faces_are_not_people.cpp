// expects: lfreval M04
// test: M04 faces are not people
#include <lfreval/types.hpp>
using namespace lfreval;

[[nodiscard]] constexpr auto rate(false_alerts events, faces seen, persons people) {
#ifdef LFREVAL_BAD_LINE
  return static_cast<void>(seen), events / people;
#else
  return static_cast<void>(people), events / seen;
#endif
}

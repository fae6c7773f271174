// expects: lfreval M04
// test: M04 nobody counted the people engaged
#include <lfreval/types.hpp>
using namespace lfreval;

[[nodiscard]] constexpr auto rate(false_engagements events, persons people) {
#ifdef LFREVAL_BAD_LINE
  return events / people;
#else
  return static_cast<void>(people), events / engagements{9};
#endif
}

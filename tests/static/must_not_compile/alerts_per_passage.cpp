// expects: lfreval M09
// test: M09 one passage may raise several alerts
#include <lfreval/types.hpp>
using namespace lfreval;

[[nodiscard]] constexpr auto rate(alerts raised, nonmated_passages_with_alert alerted, nonmated_passages unlisted) {
#ifdef LFREVAL_BAD_LINE
  return static_cast<void>(alerted), raised / unlisted;
#else
  return static_cast<void>(raised), alerted / unlisted;
#endif
}

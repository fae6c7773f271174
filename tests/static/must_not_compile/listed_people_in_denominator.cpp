// expects: lfreval M08
// test: M08 listed people do not belong in the denominator of an FPIR
#include <lfreval/types.hpp>
using namespace lfreval;

[[nodiscard]] constexpr auto rate(nonmated_passages_with_alert events, passages all, nonmated_passages unlisted) {
#ifdef LFREVAL_BAD_LINE
  return static_cast<void>(unlisted), events / all;
#else
  return static_cast<void>(all), events / unlisted;
#endif
}

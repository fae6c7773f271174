// expects: lfreval M10
// test: M10 a false match rate is not an FPIR
#include <lfreval/types.hpp>
using namespace lfreval;

[[nodiscard]] constexpr auto rate(false_matches matches, comparisons made, nonmated_passages unlisted) {
#ifdef LFREVAL_BAD_LINE
  return static_cast<void>(made), matches / unlisted;
#else
  return static_cast<void>(unlisted), matches / made;
#endif
}

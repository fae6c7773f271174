// expects: lfreval M10
// test: M10 a false match rate is not a rate of faces
#include <lfreval/types.hpp>
using namespace lfreval;

[[nodiscard]] constexpr auto rate(false_matches matches, comparisons made, faces seen) {
#ifdef LFREVAL_BAD_LINE
  return static_cast<void>(made), matches / seen;
#else
  return static_cast<void>(seen), matches / made;
#endif
}

// expects: lfreval: no metric divides these units
// test: units that no metric divides
#include <lfreval/types.hpp>
using namespace lfreval;

[[nodiscard]] constexpr auto rate(watchlist_images images, faces seen) {
#ifdef LFREVAL_BAD_LINE
  return images / seen;
#else
  return static_cast<void>(images), alerts{0} / seen;
#endif
}

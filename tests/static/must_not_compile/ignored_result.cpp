// expects: nodiscard
// test: the result of reading is not ignored
#include <lfreval/types.hpp>
using namespace lfreval;

result<int> read();
inline bool ok() {
#ifdef LFREVAL_BAD_LINE
  read();
  return true;
#else
  return read().has_value();
#endif
}

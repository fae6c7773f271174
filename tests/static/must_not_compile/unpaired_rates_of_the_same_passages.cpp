// expects: passage by passage
// test: two rates of the same passages are not compared as if they were of two sets
#include <lfreval/identification/paired_systems.hpp>
using namespace lfreval;

void with(const estimate& first, const estimate& second) {
#ifdef LFREVAL_BAD_LINE
  identification::compare_judgements(first, second);
#endif
  static_cast<void>(first);
  static_cast<void>(second);
}

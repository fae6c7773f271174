// expects: no match for || invalid operands
// test: faces and persons do not add
#include <lfreval/types.hpp>
using namespace lfreval;

inline faces sum(faces seen, persons people) {
#ifdef LFREVAL_BAD_LINE
  return seen + people;
#else
  return seen + faces{people.value()};
#endif
}

// expects: lfreval M15
// test: M15 operational records do not say who was missed
#include <lfreval/types.hpp>
using namespace lfreval;

constexpr void ask() {
#ifdef LFREVAL_BAD_LINE
  require_supported<source_kind::operational, metric_id::true_positive_identification_rate>();
#else
  require_supported<source_kind::seeded, metric_id::true_positive_identification_rate>();
#endif
}

#include <cstdio>
#include <string>

#include <lfreval/types.hpp>

int main() {
  constexpr auto rate = lfreval::false_alerts{7} / lfreval::faces{8600};
  const std::string name{lfreval::describe(rate.metric).name};
  std::printf("%s: %s of %s\n", name.c_str(), lfreval::grouped(rate.events().value()).c_str(),
              lfreval::grouped(rate.exposure().value()).c_str());
  return lfreval::describe(lfreval::metric_id::false_alerts_per_face).id == rate.metric ? 0 : 1;
}

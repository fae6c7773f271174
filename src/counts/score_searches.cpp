#include <lfreval/counts/score_searches.hpp>

#include <stdexcept>

#include "counts/search_rows.hpp"

namespace lfreval {

score_searches searches_of(const score_set& set, std::span<const float> at) {
  if (!set.has_searches()) throw std::invalid_argument("lfreval: searches_of: the set holds comparisons and no searches");
  detail::search_rows out(set, at);
  for (std::uint32_t probe = 0; probe < set.table.size(); ++probe) out.add(set.table.row(probe));
  return out.finish(set);
}

} // namespace lfreval

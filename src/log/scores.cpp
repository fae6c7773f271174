#include <lfreval/log/scores.hpp>

#include <algorithm>
#include <thread>
#include <utility>

#include "log/score_source.hpp"
#include "log/source_table.hpp"

namespace lfreval {
namespace {

void read_source(const detail::score_reading& with) {
  const std::size_t before = with.errors.size();
  const study_source& source = with.source;
  if (source.kind != source_kind::scores) with.fault(error_code::not_allowed, "source.kind", std::string(to_string(source.kind)), "scores: comparisons of files are a technology test, and nobody passed");
  const study_system* system = detail::system_of(with.declared, source);
  if (system == nullptr && !(source.system.empty() && with.declared.systems.empty()))
    with.fault(error_code::missing_key, "source.system", "", "the name of a [system.NAME]: the study has several");
  if (system != nullptr && system->is_float64)
    with.fault(error_code::unsupported, "system." + system->name + ".precision", "float64", "float32, in which this version keeps scores");
  if (source.sentinel && source.sentinel_axis.empty()) with.fault(error_code::missing_key, "source.sentinel.means", "", "what the sentinel means, or its axis: column, row or cell");
  if (!source.mated_files.empty() && source.format != "pyeer") with.fault(error_code::not_allowed, "source.mated_files", source.mated_files.front(), "format pyeer");
  if (!source.mated_pairs.empty() && source.format != "pyeer") with.fault(error_code::not_allowed, "source.mated_pairs", source.mated_pairs, "format pyeer");
  if (source.format.empty()) with.fault(error_code::missing_key, "source.format", "", "matrix, pairs, bob4, bob5, two_column, pyeer or bee");
  if (with.errors.size() != before) return;
  if (source.format == "matrix" || source.format == "bee") detail::read_score_matrix(with);
  else if (source.format == "pairs") detail::read_score_pairs(with);
  else detail::read_score_lines(with);
}

tl::expected<score_log, std::vector<error>> read_all(const study& declared, const score_sink* sink, unsigned threads) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  score_log out;
  std::vector<error> errors;
  for (const study_source& source : declared.sources)
    if (source.table == "scores") read_source({declared, source, threads, sink, out, errors});
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return out;
}

} // namespace

tl::expected<score_log, std::vector<error>> read_score_sets(const study& declared, unsigned threads) { return read_all(declared, nullptr, threads); }

tl::expected<score_log, std::vector<error>> read_score_sets(const study& declared, const score_sink& sink, unsigned threads) { return read_all(declared, &sink, threads); }

} // namespace lfreval

#include <lfreval/log/merge_trials.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "log/text_builder.hpp"

namespace lfreval {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(std::string("lfreval: merge_trials: parts ") + what);
}

template <class Values> void append(Values& to, Values&& more) { to.insert(to.end(), more.begin(), more.end()); }

/// Columns that a log may lack: a part without rows lacks nothing.
template <class Values> void append_optional(Values& to, Values&& more, std::size_t rows, std::size_t more_rows, const char* what) {
  require(rows == 0 || more_rows == 0 || to.empty() == more.empty(), what);
  append(to, std::move(more));
}

void append_rows(passage_table& to, passage_table&& more) {
  const std::size_t rows = to.size(), more_rows = more.size();
  require(to.groups.size() == more.groups.size() && std::equal(to.groups.begin(), to.groups.end(), more.groups.begin(), [](const auto& a, const auto& b) { return a.first == b.first; }),
          "differ in their groups");
  append_optional(to.second_score, std::move(more.second_score), rows, more_rows, "differ in whether second scores are on record");
  append_optional(to.mate_rank, std::move(more.mate_rank), rows, more_rows, "differ in whether ranks are on record");
  detail::append_texts(to.person, std::move(more.person));
  detail::append_texts(to.deployment, std::move(more.deployment));
  detail::append_texts(to.camera, std::move(more.camera));
  detail::append_texts(to.top_person, std::move(more.top_person));
  for (auto& group : more.groups) detail::append_texts(to.groups.at(group.first), std::move(group.second));
  append(to.mated, std::move(more.mated));
  append(to.acquired, std::move(more.acquired));
  append(to.top_score, std::move(more.top_score));
  append(to.mate_score, std::move(more.mate_score));
  to.recorded_from = std::max(to.recorded_from, more.recorded_from);
}

void append_looks(passage_looks& to, passage_looks&& more) {
  require(to.first.empty() == more.first.empty(), "differ in whether passages are made of observations");
  if (more.first.empty()) return;
  const std::uint64_t before = to.scores.size();
  for (std::size_t i = 1; i < more.first.size(); ++i) to.first.push_back(before + more.first[i]);
  append(to.scores, std::move(more.scores));
}

} // namespace

trial_log merge_trials(std::vector<trial_log> parts) {
  require(!parts.empty(), "are missing");
  trial_log out = std::move(parts.front());
  for (std::size_t p = 1; p < parts.size(); ++p) {
    trial_log& part = parts[p];
    require(part.watchlist_persons == out.watchlist_persons && part.watchlist_without_template == out.watchlist_without_template && part.listed == out.listed && part.known == out.known, "saw other watchlists");
    for (trial_passages& more : part.passages) {
      const auto same = std::find_if(out.passages.begin(), out.passages.end(), [&](const trial_passages& one) { return one.source == more.source && one.rows.system == more.rows.system; });
      if (same == out.passages.end()) {
        out.passages.push_back(std::move(more));
        continue;
      }
      require(same->kind == more.kind && same->label_source == more.label_source, "differ in kind or in the source of their labels");
      same->mated_withheld += more.mated_withheld;
      for (auto& [axis, sources] : more.group_label_sources) same->group_label_sources[axis].merge(sources);
      append_rows(same->rows, std::move(more.rows));
      append_looks(same->looks, std::move(more.looks));
    }
    append(out.files, std::move(part.files));
    out.refused.add(std::move(part.refused));
  }
  return out;
}

} // namespace lfreval

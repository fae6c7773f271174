#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include <lfreval/bytes/file_blocks.hpp>
#include <lfreval/bytes/text.hpp>

#include "log/matrix_file.hpp"
#include "log/score_cells.hpp"
#include "log/score_source.hpp"
#include "log/source_table.hpp"

namespace lfreval::detail {
namespace {

constexpr std::size_t longest_line = std::size_t{1} << 20U;

/// Which field of a line, from 1 and 0 for the last, holds what.
struct line_layout {
  std::string_view format, words;
  std::size_t fields; ///< 0: any number from 1
  std::size_t score, label;
  std::size_t probe, reference, probe_person, reference_person; ///< 0 where a line does not hold it
};

constexpr std::array layouts{
    line_layout{"bob4", "4 fields: claimed identity, real identity, probe and score", 4, 4, 0, 3, 1, 2, 1},
    line_layout{"bob5", "5 fields: claimed identity, model, real identity, probe and score", 5, 5, 0, 4, 2, 3, 1},
    line_layout{"two_column", "2 fields: label and score", 2, 2, 1, 0, 0, 0, 0},
    line_layout{"pyeer with pairs", "3 fields: query, template and score", 3, 3, 0, 1, 2, 0, 0},
    line_layout{"pyeer", "at least 1 field, of which the last is a score", 0, 0, 0, 0, 0, 0, 0},
};

/// Texts with codes in the order of first sight.
class code_book {
public:
  void add(std::string_view text) {
    const auto found = known_.find(std::string(text));
    if (found != known_.end()) {
      codes_.push_back(found->second);
      return;
    }
    codes_.push_back(static_cast<std::uint32_t>(texts_.size()));
    known_.emplace(text, codes_.back());
    texts_.emplace_back(text);
  }
  text_column take() {
    text_column distinct = sorted_column(texts_);
    for (std::uint32_t& code : codes_) code = distinct.codes[code];
    return {std::move(codes_), std::move(distinct.texts)};
  }

private:
  std::unordered_map<std::string, std::uint32_t> known_;
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> codes_;
};

class line_reading {
public:
  line_reading(const score_reading& with, const line_layout& layout) : with_(with), layout_(layout), rules_(with.declared, with.source) {}

  void read() {
    const std::size_t before = with_.errors.size();
    check_keys();
    if (with_.errors.size() != before) return;
    if (!with_.source.mated_pairs.empty())
      if (auto fault = read_file(with_.source.mated_pairs, true)) with_.errors.push_back(std::move(*fault));
    for (; file_ < with_.source.files.size(); ++file_)
      if (auto fault = read_file(with_.source.files[file_], false)) with_.errors.push_back(std::move(*fault));
    if (with_.errors.size() != before) return;
    if (layout_.probe != 0) finish_pairs();
    else finish_scores();
  }

private:
  void check_keys() {
    const study_source& source = with_.source;
    for (const auto& key : {std::pair("source.mask", &source.mask), std::pair("source.probes", &source.probes), std::pair("source.references", &source.references)})
      if (!key.second->empty()) with_.fault(error_code::not_allowed, key.first, *key.second, "formats matrix and bee");
    if (!source.mated.empty()) with_.fault(error_code::not_allowed, "source.mated", source.mated, "nothing: format " + source.format + " says itself which scores are mated");
    if (source.format == "pyeer" && source.mated_files.empty() == source.mated_pairs.empty())
      with_.fault(source.mated_files.empty() ? error_code::missing_key : error_code::not_allowed, "source.mated_files", "",
                  "which of files hold mated scores, or mated_pairs where each line is query, template and score");
    if (layout_.probe == 0 && !source.sentinel_axis.empty() && source.sentinel_axis != "cell")
      with_.fault(error_code::not_allowed, "source.sentinel.axis", source.sentinel_axis, "cell: the files of this format have no ids");
    for (const auto& [name, mapping] : source.columns) {
      if (layout_.format == "two_column" && name == "mated" && (!mapping.yes.empty() || !mapping.no.empty()) && !mapping.constant) {
        if (!mapping.yes.empty()) yes_ = mapping.yes;
        if (!mapping.no.empty()) no_ = mapping.no;
      } else {
        with_.fault(error_code::not_allowed, "source.columns." + name, mapping.column, layout_.format == "two_column" ? "mated with its words for yes and no, and no other column: files of this format have no header" : "no columns: files of this format have no header");
      }
    }
  }

  std::optional<error> read_file(const std::string& file, bool of_pairs) {
    auto opened = file_blocks::open(with_.declared.resolve(file), std::size_t{4} << 20U);
    if (!opened) {
      opened.error().file = file;
      return opened.error();
    }
    file_blocks& blocks = *opened;
    const bool is_mated = std::find(with_.source.mated_files.begin(), with_.source.mated_files.end(), file) != with_.source.mated_files.end();
    input_file told{with_.source.name, file, "", 0, {}};
    std::string_view view;
    std::uint64_t line = 0;
    bool is_first = true;
    while (is_first || !blocks.at_end()) {
      auto next = blocks.next(view.size());
      if (!next) {
        next.error().file = file;
        return next.error();
      }
      view = *next;
      if (is_first && view.size() < 4 && !blocks.at_end()) continue;
      if (std::exchange(is_first, false)) {
        if (auto fault = encoding_fault(view, file)) return fault;
        if (view.starts_with("\xEF\xBB\xBF")) view.remove_prefix(3);
      }
      const std::size_t whole = blocks.at_end() ? view.size() : view.rfind('\n') + 1; // 0 if there is none
      if (auto fault = text_fault(view.substr(0, whole), file, {line + 1, 0})) return fault;
      for (std::size_t at = 0; at < whole;) {
        const std::size_t end = std::min(view.find('\n', at), whole);
        ++line;
        if (end - at > longest_line) return fault_at(error_code::malformed_csv, file, line, 0, "", "a line of at most 1 MiB");
        std::string_view text = view.substr(at, end - at);
        if (text.ends_with('\r')) text.remove_suffix(1);
        split(text);
        if (!fields_.empty() && !fields_.front().starts_with('#')) {
          ++told.rows;
          if (!of_pairs) take(file, line, is_mated);
          else if (auto fault = take_pair(file, line)) return fault;
        }
        at = end + 1;
      }
      view.remove_prefix(whole);
      if (view.size() > longest_line) return fault_at(error_code::malformed_csv, file, line + 1, 0, "", "a line of at most 1 MiB");
    }
    if (told.rows == 0) return fault_at(error_code::empty_file, file, 0, 0, "", "lines of " + std::string(layout_.words));
    auto hash = blocks.sha256();
    if (!hash) {
      hash.error().file = file;
      return hash.error();
    }
    told.sha256 = std::move(*hash);
    with_.out.files.push_back(std::move(told));
    return std::nullopt;
  }

  void refuse(const std::string& file, std::uint64_t line, error_code code, std::size_t field, std::string_view value, std::string allowed) {
    with_.refuse_row(fault_at(code, file, line, field, std::string(value.substr(0, 256)), std::move(allowed)));
  }

  void split(std::string_view text) {
    fields_.clear();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t from = text.find_first_not_of(" \t", at);
      if (from == std::string_view::npos) break;
      at = std::min(text.find_first_of(" \t", from), text.size());
      fields_.push_back(text.substr(from, at - from));
    }
  }

  std::optional<error> take_pair(const std::string& file, std::uint64_t line) {
    if (fields_.size() != 2) return fault_at(error_code::wrong_field_count, file, line, 0, "", "2 fields: query and template; this line has " + std::to_string(fields_.size()));
    pairs_.emplace(std::pair(std::string(fields_[0]), std::string(fields_[1])), line);
    return std::nullopt;
  }

  /// One line that is neither blank nor a comment, as the loaders of these formats have it.
  void take(const std::string& file, std::uint64_t line, bool is_mated) {
    if (layout_.fields != 0 && fields_.size() != layout_.fields) {
      refuse(file, line, error_code::wrong_field_count, std::min(fields_.size(), layout_.fields) + 1, "", std::string(layout_.words) + "; this line has " + std::to_string(fields_.size()));
      ++unattributed_;
      return;
    }
    const std::size_t score_field = layout_.score == 0 ? fields_.size() : layout_.score;
    const std::string_view cell = fields_[score_field - 1];
    const auto lose = [&] {
      if (layout_.probe == 0) return;
      incomplete_.emplace_back(fields_[layout_.probe - 1]);
      if (layout_.probe_person == 0) found_.emplace(incomplete_.back(), std::string(fields_[layout_.reference - 1]));
    };
    float value = 0;
    if (!parse_any_score(cell, value) || !(rules_.is_sentinel(value) || rules_.allows(value))) {
      refuse(file, line, error_code::not_a_number, score_field, cell, rules_.words());
      return lose();
    }
    std::uint8_t label = is_mated ? choice_yes : choice_no;
    if (layout_.label != 0) {
      const std::string_view word = fields_[layout_.label - 1];
      const bool yes = std::find(yes_.begin(), yes_.end(), word) != yes_.end();
      if (!yes && std::find(no_.begin(), no_.end(), word) == no_.end()) {
        std::string allowed = "one of";
        for (const auto& words : {yes_, no_})
          for (const std::string& one : words) allowed += " " + one;
        refuse(file, line, error_code::not_allowed, layout_.label, word, allowed);
        return;
      }
      label = yes ? choice_yes : choice_no;
    }
    const float score = rules_.is_sentinel(value) ? no_score : rules_.similarity(value);
    if (layout_.probe == 0) {
      auto& counts = set_.counts;
      ++(label == choice_yes ? counts.mated : counts.nonmated);
      if (score == no_score) ++(label == choice_yes ? counts.failed_mated : counts.failed_nonmated);
      else (label == choice_yes ? set_.mated_scores : set_.nonmated_scores).push_back(score);
      return;
    }
    const std::string_view probe = fields_[layout_.probe - 1], reference = fields_[layout_.reference - 1];
    probe_.add(probe);
    reference_.add(reference);
    if (layout_.probe_person != 0) {
      const std::string_view real = fields_[layout_.probe_person - 1], claimed = fields_[layout_.reference_person - 1];
      probe_person_.add(real);
      reference_person_.add(claimed);
      label = real == claimed ? choice_yes : choice_no;
    } else {
      const auto pair = pairs_.find(std::pair(std::string(probe), std::string(reference)));
      label = pair != pairs_.end() ? choice_yes : choice_no;
      if (pair != pairs_.end()) found_.insert(pair->first);
    }
    scores_.push_back(score);
    labels_.push_back(label);
    places_.emplace_back(file_, line);
  }

  /// A mate without a score would leave its query looking as if nobody of the same person were enrolled.
  void require_mates() const {
    for (const auto& [pair, line] : pairs_)
      if (!found_.contains(pair) && with_.errors.size() < 20)
        with_.errors.push_back(fault_at(error_code::not_allowed, with_.source.mated_pairs, line, 0, pair.first + " " + pair.second, "a query and a template whose score the files hold"));
  }

  void finish_pairs() {
    require_mates();
    if (!with_.errors.empty()) return;
    pair_columns columns;
    columns.probe = probe_.take();
    columns.reference = reference_.take();
    columns.probe_person = probe_person_.take();
    columns.reference_person = reference_person_.take();
    columns.score = std::move(scores_);
    columns.label = std::move(labels_);
    columns.kept.assign(columns.score.size(), true);
    columns.incomplete = std::move(incomplete_);
    columns.unattributed_refused = unattributed_;
    add_pairs(with_, columns, [&](std::size_t row, error_code code, std::string_view column, std::string value, std::string allowed) {
      error why = fault_at(code, with_.source.files[places_[row].first], places_[row].second, 0, std::move(value), std::move(allowed));
      why.column = column == "probe" ? layout_.probe : column == "reference" ? layout_.reference : column == "probe_person" ? layout_.probe_person : layout_.reference_person;
      why.column_name = std::string(column);
      with_.refuse_row(std::move(why));
    });
  }

  void finish_scores() {
    set_.source = with_.source.name;
    set_.format = with_.source.format;
    set_.label_source = with_.source.label_source;
    if (const study_system* system = system_of(with_.declared, with_.source)) set_.system = system->name;
    set_.unattributed_refused = unattributed_;
    std::sort(set_.mated_scores.begin(), set_.mated_scores.end());
    std::sort(set_.nonmated_scores.begin(), set_.nonmated_scores.end());
    with_.out.sets.push_back(std::move(set_));
  }

  const score_reading& with_;
  const line_layout& layout_;
  score_rules rules_;
  score_set set_;
  std::vector<std::string> yes_{"1"}, no_{"-1"};
  std::size_t file_ = 0;
  std::vector<std::string_view> fields_;
  code_book probe_, reference_, probe_person_, reference_person_;
  std::vector<float> scores_;
  std::vector<std::uint8_t> labels_;
  std::vector<std::pair<std::size_t, std::uint64_t>> places_; ///< file and line of each row
  std::vector<std::string> incomplete_;
  std::uint64_t unattributed_ = 0;
  std::map<std::pair<std::string, std::string>, std::uint64_t> pairs_; ///< of one person, and the line that says so
  std::set<std::pair<std::string, std::string>> found_;
};

} // namespace

void read_score_lines(const score_reading& with) {
  const std::string format = with.source.mated_pairs.empty() ? with.source.format : with.source.format + " with pairs";
  for (const line_layout& layout : layouts)
    if (layout.format == format) return line_reading(with, layout).read();
}

} // namespace lfreval::detail

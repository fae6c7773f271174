#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/types/number.hpp>

#include "log/matrix_file.hpp"
#include "log/matrix_judge.hpp"
#include "log/matrix_mates.hpp"
#include "log/score_source.hpp"

namespace lfreval::detail {
namespace {

class matrix_reading {
public:
  explicit matrix_reading(const score_reading& with) : with_(with), rules_(with.declared, with.source), mates_(with.source) {}

  void read() {
    set_.source = with_.source.name;
    set_.format = with_.source.format;
    set_.label_source = with_.source.label_source;
    for (const study_system& system : with_.declared.systems)
      if (system.name == with_.source.system || with_.declared.systems.size() == 1) set_.system = system.name;
    const std::size_t before = with_.errors.size();
    read_lists();
    if (with_.errors.size() == before)
      for (const std::string& file : with_.source.files) {
        if (auto fault = read_file(file)) with_.errors.push_back(std::move(*fault));
        if (with_.errors.size() != before) return;
      }
    if (with_.errors.size() == before) finish();
    if (with_.errors.size() != before) return;
    with_.out.refused.add(std::move(refused_));
    with_.out.sets.push_back(std::move(set_));
  }

private:
  bool is_bee() const { return with_.source.format == "bee"; }

  void read_lists() {
    const study_source& source = with_.source;
    if (source.mated.empty() == source.mask.empty())
      with_.fault(source.mated.empty() ? error_code::missing_key : error_code::not_allowed, "source.mated", source.mated, "exactly one of mated = \"same_id\" or \"same_person\", and mask");
    if (!source.mask.empty() && source.files.size() != 1) with_.fault(error_code::not_allowed, "source.mask", source.mask, "one file of scores, whose rows and columns the mask has");
    if (is_bee() && source.mated == "same_id" && (source.probes.empty() || source.references.empty()))
      with_.fault(error_code::missing_key, "source.probes", "", "probes and references: a bee file holds no ids");
    if (is_bee() && source.files.size() != 1 && !source.probes.empty()) with_.fault(error_code::not_allowed, "source.probes", source.probes, "one file of scores, whose rows the list has");
    for (const auto& [name, mapping] : source.columns) {
      const bool of_probes = name == "probe" || name == "probe_person", of_references = name == "reference" || name == "reference_person";
      if (!(of_probes && !source.probes.empty()) && !(of_references && !source.references.empty()))
        with_.fault(error_code::not_allowed, "source.columns." + name, mapping.column, "columns of the tables that probes and references name: a matrix has none of its own");
    }
    const std::size_t before = with_.errors.size();
    if (!source.probes.empty()) probe_list_ = id_list::read(with_, source.probes, "probe");
    if (!source.references.empty()) reference_list_ = id_list::read(with_, source.references, "reference");
    if (with_.errors.size() != before) return;
    if (source.mated != "same_person") return;
    if (!probe_list_ || probe_list_->persons.empty()) with_.fault(error_code::missing_key, "source.probes", source.probes, "a table with columns probe and probe_person");
    if (!reference_list_ || reference_list_->persons.empty()) with_.fault(error_code::missing_key, "source.references", source.references, "a table with columns reference and reference_person");
  }

  std::optional<error> read_file(const std::string& file) {
    const std::string path = with_.declared.resolve(file);
    auto opened = is_bee() ? open_bee_matrix(path, file, rules_.is_distance) : open_text_matrix(path, file, with_.threads);
    if (!opened) return opened.error();
    matrix_file& matrix = **opened;
    file_ = file;
    std::optional<mask_file> mask;
    if (!with_.source.mask.empty()) {
      auto opened_mask = mask_file::open(with_.declared.resolve(with_.source.mask), with_.source.mask);
      if (!opened_mask) return opened_mask.error();
      mask.emplace(std::move(*opened_mask));
      if (mask->columns() != matrix.columns())
        return fault_at(error_code::not_allowed, mask->name(), 4, 0, std::to_string(mask->columns()) + " columns", std::to_string(matrix.columns()) + " columns, as " + file + " has");
    }
    input_file told{with_.source.name, file, "", 0, {}};
    raw_rows raw;
    for (bool is_first = true;; is_first = false) {
      if (auto fault = matrix.next(raw)) return fault;
      // The references are looked at once a first row proves that the file is as wide as it says.
      if (is_first)
        if (auto fault = place_references(matrix)) return fault;
      if (raw.rows == 0) break;
      told.rows += raw.rows;
      if (auto fault = take(matrix, raw, mask ? &*mask : nullptr)) return fault;
    }
    if (mask) {
      if (rows_of_file_ != mask->rows())
        return fault_at(error_code::not_allowed, mask->name(), 4, 0, std::to_string(mask->rows()) + " rows", std::to_string(rows_of_file_) + " rows, as " + file + " has");
      if (const auto row = mask->next(); !row) return row.error(); // nothing may stand behind the last row
      auto hash = mask->sha256();
      if (!hash) return hash.error();
      with_.out.files.push_back({with_.source.name, mask->name(), std::move(*hash), mask->rows(), {}});
    }
    if (is_bee() && probe_list_ && probe_list_->ids.size() != rows_of_file_)
      return fault_at(error_code::not_allowed, with_.source.probes, 0, 0, std::to_string(probe_list_->ids.size()) + " probes", std::to_string(rows_of_file_) + " probes, one for each row of " + file);
    auto hash = matrix.sha256();
    if (!hash) return hash.error();
    told.sha256 = std::move(*hash);
    with_.out.files.push_back(std::move(told));
    rows_before_ += std::exchange(rows_of_file_, 0);
    ++files_read_;
    return std::nullopt;
  }

  /// Numbers of equal width, so that byte order is the order of the file.
  static std::string ordinal(std::uint64_t n, std::uint64_t most) {
    const std::string digits = std::to_string(n);
    return std::string(std::to_string(most).size() - digits.size(), '0') + digits;
  }

  std::optional<error> place_references(const matrix_file& matrix) {
    std::vector<std::string> ids = matrix.ids();
    if (is_bee() && reference_list_) {
      ids = reference_list_->ids;
      if (ids.size() != matrix.columns())
        return fault_at(error_code::not_allowed, with_.source.references, 0, 0, std::to_string(ids.size()) + " references", std::to_string(matrix.columns()) + " references, one for each column of " + file_);
    } else if (is_bee()) {
      for (std::size_t i = 0; i < matrix.columns(); ++i) ids.push_back(ordinal(i + 1, matrix.columns()));
    }
    text_column sorted = sorted_column(ids);
    if (sorted.texts.size() != ids.size()) {
      std::vector<bool> seen(sorted.texts.size());
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!seen[sorted.codes[i]]) { seen[sorted.codes[i]] = true; continue; }
        return fault_at(error_code::duplicate_id, file_, 1, i + 1 + matrix.columns_before(), ids[i], "each reference once");
      }
    }
    place_ = std::move(sorted.codes);
    is_in_place_ = std::is_sorted(place_.begin(), place_.end());
    if (!set_.references.empty()) {
      if (set_.references != sorted.texts) return fault_at(error_code::not_allowed, file_, 1, 0, "", "the references of " + with_.source.files.front() + ", in any order");
      mates_.place_references(set_, place_);
      return std::nullopt;
    }
    set_.references = std::move(sorted.texts);
    const std::size_t n = set_.references.size();
    all_references_.resize(n);
    std::iota(all_references_.begin(), all_references_.end(), 0U);
    set_.table = score_table::full(n);
    first_.assign(n, 0);
    // One thread judges floats faster than another hashes them; only text is worth sharing.
    records_.assign(is_bee() ? 1 : std::max(1U, with_.threads), column_record(n));
    if (with_.source.mated == "same_id") {
      set_.reference_person = {all_references_, set_.references};
    } else if (reference_list_ && !reference_list_->persons.empty()) {
      std::vector<std::string> persons;
      for (const std::string& id : set_.references) {
        const auto found = reference_list_->place.find(id);
        if (found == reference_list_->place.end()) return fault_at(error_code::not_allowed, file_, 1, 0, id, "a reference that " + with_.source.references + " lists");
        persons.push_back(reference_list_->persons[found->second]);
      }
      set_.reference_person = sorted_column(persons);
    }
    mates_.place_references(set_, place_);
    return std::nullopt;
  }

  std::optional<error> take(const matrix_file& matrix, raw_rows& raw, mask_file* mask) {
    const std::size_t n = set_.references.size();
    std::vector<float>* scores = &raw.values;
    if (!is_in_place_) {
      placed_.resize(raw.rows * n);
      scores = &placed_;
    }
    const auto values_of = [&](std::size_t i) { return scores->data() + i * n; };
    findings_.assign(raw.rows, {});
    own_values_.assign(raw.rows, 0);
    // References are compared with the first row that can be read.
    for (std::size_t i = 0; i < raw.rows && !has_first_; ++i) {
      if (raw.faults[i]) continue;
      for (std::size_t c = 0; c < n; ++c) first_[place_[c]] = raw.values[i * n + c];
      has_first_ = true;
    }
    for (std::size_t i = 0; i < raw.rows; ++i) judged_ += raw.faults[i] ? 0 : 1;
    const std::size_t shares = std::min<std::size_t>(records_.size(), raw.rows);
    parallel_for(shares, with_.threads, [&](std::size_t share) {
      for (std::size_t i = raw.rows * share / shares; i < raw.rows * (share + 1) / shares; ++i) {
        if (raw.faults[i]) continue;
        if (!is_in_place_)
          for (std::size_t c = 0; c < n; ++c) placed_[i * n + place_[c]] = raw.values[i * n + c];
        own_values_[i] = values_of(i)[0];
        findings_[i] = judge_row(rules_, first_, {values_of(i), n}, raw.lines[i], records_[share]);
      }
      records_[share].note_all_vary();
    });
    rows_.clear();
    mates_.clear();
    for (std::size_t i = 0; i < raw.rows; ++i) {
      ++rows_of_file_;
      const unsigned char* mask_row = nullptr;
      if (mask != nullptr) {
        const auto next = mask->next();
        if (!next) return next.error();
        mask_row = *next;
        if (mask_row == nullptr)
          return fault_at(error_code::not_allowed, mask->name(), 4, 0, std::to_string(mask->rows()) + " rows", "as many rows as " + file_ + " has");
      }
      if (raw.faults[i] || findings_[i].outside) {
        refuse(matrix, raw, i, *scores);
        continue;
      }
      std::string id;
      if (auto fault = id_of(raw, i, id)) return fault;
      mates_.begin_row();
      if (auto fault = mask_row != nullptr ? mates_.read(mask_row, *mask, rows_of_file_) : mates_.find(id, probe_list_, file_, raw.lines[i])) return fault;
      const row_finding& found = findings_[i];
      score_row row;
      row.probe = static_cast<std::uint32_t>(ids_.size());
      row.references = all_references_;
      row.scores = {values_of(i), n};
      row.acquired = !(found.sentinels == n && with_.source.sentinel_axis == "row");
      if (with_.source.sentinel_axis == "row" && found.sentinels != 0 && found.sentinels != n && with_.errors.size() < 20)
        with_.errors.push_back(partial_sentinel(raw.lines[i], id, found.sentinels, n, "row"));
      if (found.is_constant && n >= fewest_constant_scores && row.acquired) constant_rows_.push_back({row.probe, own_values_[i], n});
      count(row, found.sentinels);
      rows_.push_back(row);
      lines_.push_back({files_read_, raw.lines[i]});
      ordinals_.push_back(rows_before_ + rows_of_file_);
      ids_.push_back(std::move(id));
      acquired_.push_back(row.acquired ? 1 : 0);
      if (ids_.size() == no_code) return fault_at(error_code::not_allowed, file_, raw.lines[i], 0, "", "fewer than 4,294,967,295 probes");
    }
    // Spans into lists that move while they grow.
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      rows_[k].mates = mates_.mates(k);
      rows_[k].undecided = mates_.undecided(k);
    }
    if (rows_.empty()) return std::nullopt;
    if (with_.sink != nullptr) (*with_.sink)({set_, rows_});
    else
      for (const score_row& row : rows_) set_.table.add(row);
    return std::nullopt;
  }

  void count(const score_row& row, std::uint64_t failed) {
    const auto mates = mates_.mates(), unknown = mates_.undecided();
    comparison_counts& all = set_.counts;
    all.mated += mates.size();
    all.undecided += unknown.size();
    all.nonmated += row.scores.size() - mates.size() - unknown.size();
    ++(mates.empty() ? set_.probes_without_mate : set_.probes_with_mate);
    if (failed == 0) return;
    const auto failed_of = [&](std::span<const std::uint32_t> places) { return static_cast<std::uint64_t>(std::count_if(places.begin(), places.end(), [&](std::uint32_t at) { return row.scores[at] == no_score; })); };
    const std::uint64_t failed_mated = failed_of(mates), failed_undecided = failed_of(unknown);
    all.failed_mated += failed_mated;
    all.failed_undecided += failed_undecided;
    all.failed_nonmated += failed - failed_mated - failed_undecided;
  }

  std::optional<error> id_of(raw_rows& raw, std::size_t i, std::string& out) {
    if (!is_bee()) out = std::move(raw.ids[i]);
    else if (!probe_list_) out.clear(); // numbered when all rows are counted
    else if (raw.lines[i] > probe_list_->ids.size())
      return fault_at(error_code::not_allowed, with_.source.probes, 0, 0, std::to_string(probe_list_->ids.size()) + " probes", "a probe for each row of " + file_);
    else out = probe_list_->ids[static_cast<std::size_t>(raw.lines[i] - 1)];
    return std::nullopt;
  }

  void refuse(const matrix_file& matrix, const raw_rows& raw, std::size_t i, const std::vector<float>& scores) {
    error why = fault_at(error_code::not_a_number, file_, raw.lines[i], 0, "", rules_.words() + "; the whole probe is refused");
    std::size_t column = 0;
    if (raw.faults[i]) {
      column = raw.faults[i]->column;
      why.value = raw.faults[i]->value;
    } else {
      // The first in the order of the file; scores stand in canonical order, and distances have been negated.
      const std::size_t n = set_.references.size();
      const auto as_written = [&](std::size_t c) { return rules_.similarity(scores[i * n + place_[c]]); };
      while (column + 1 < n && (scores[i * n + place_[column]] == no_score || rules_.allows(as_written(column)))) ++column;
      const float value = as_written(column);
      why.value = value != value ? "nan" : value == std::numeric_limits<float>::infinity() ? "inf" : value == -std::numeric_limits<float>::infinity() ? "-inf" : shortest_float(value);
    }
    why.column = column + 1 + matrix.columns_before();
    why.column_name = set_.references[place_[column]];
    refused_.add({std::move(why), with_.source.name});
    ++set_.incomplete_probes;
  }

  static std::string shortest_float(float value) {
    const std::string wide = shortest(static_cast<double>(value));
    // 0.1F widened is 0.10000000149011612: digits that were not in the file.
    for (int digits = 1; digits < 9; ++digits) {
      std::string text = significant(static_cast<double>(value), digits, rounding::nearest);
      if (const auto back = parse_decimal(text); back && static_cast<float>(*back) == value) return text;
    }
    return wide;
  }

  error partial_sentinel(std::uint64_t line, const std::string& id, std::uint64_t n, std::uint64_t of, const char* axis) const {
    error why = fault_at(error_code::not_allowed, file_, line, 0, shortest(static_cast<double>(*rules_.sentinel)),
                         "the sentinel in a whole " + std::string(axis) + " or nowhere: " + std::to_string(n) + " of " + std::to_string(of) + " scores hold it; axis = \"cell\" for comparisons that failed one by one");
    why.column_name = id;
    return why;
  }

  void finish() {
    if (set_.references.empty()) return;
    const std::size_t n = set_.references.size();
    set_.acquired.assign(ids_.size(), 1);
    set_.enrolled.assign(n, 1);
    column_record all(n);
    for (const column_record& one : records_) all.add(one);
    for (std::size_t i = 0; i < n && with_.errors.size() < 20; ++i) {
      const bool is_declared = with_.source.sentinel_axis == "column";
      if (is_declared && all.sentinels[i] != 0) {
        if (all.sentinels[i] == judged_) set_.enrolled[i] = 0;
        else with_.errors.push_back(partial_sentinel(all.first_lines[i], set_.references[i], all.sentinels[i], judged_, "column"));
        continue;
      }
      if (all.varies[i] != 0 || judged_ < fewest_constant_scores) continue;
      if (!rules_.is_sentinel(first_[i]) && !rules_.allows(first_[i])) {
        error why = fault_at(error_code::not_allowed, file_, 0, 0, first_[i] != first_[i] ? "nan" : shortest_float(first_[i]),
                             rules_.words() + ": all " + std::to_string(judged_) + " scores of this reference are this number; if it says that the reference failed to enrol, declare it as sentinel");
        why.column_name = set_.references[i];
        with_.errors.push_back(std::move(why));
      } else {
        set_.constant_columns.push_back({static_cast<std::uint32_t>(i), first_[i], judged_});
      }
    }
    name_probes();
  }

  void name_probes() {
    if (is_bee() && !probe_list_)
      for (std::size_t i = 0; i < ids_.size(); ++i) ids_[i] = ordinal(ordinals_[i], rows_before_);
    text_column sorted = sorted_column(ids_);
    if (sorted.texts.size() != ids_.size()) {
      std::vector<std::size_t> first(sorted.texts.size(), ids_.size());
      for (std::size_t i = 0; i < ids_.size(); ++i) {
        std::size_t& earlier = first[sorted.codes[i]];
        if (earlier != ids_.size()) {
          with_.errors.push_back(fault_at(error_code::duplicate_id, with_.source.files[lines_[i].first], lines_[i].second, 1, ids_[i],
                                              "each probe once; " + with_.source.files[lines_[earlier].first] + ":" + std::to_string(lines_[earlier].second) + " has this one too"));
          if (with_.errors.size() >= 20) break;
        } else {
          earlier = i;
        }
      }
      return;
    }
    for (std::size_t i = 0; i < ids_.size(); ++i) set_.acquired[sorted.codes[i]] = acquired_[i];
    for (constant_scores& one : constant_rows_) one.place = sorted.codes[one.place];
    std::sort(constant_rows_.begin(), constant_rows_.end(), [](const constant_scores& a, const constant_scores& b) { return a.place < b.place; });
    set_.constant_rows = std::move(constant_rows_);
    set_.probes = std::move(sorted.texts);
    if (with_.source.mated == "same_id") {
      std::vector<std::uint32_t> own(set_.probes.size());
      std::iota(own.begin(), own.end(), 0U);
      set_.probe_person = {std::move(own), set_.probes};
    } else if (probe_list_ && !probe_list_->persons.empty()) {
      std::vector<std::string> persons;
      for (const std::string& id : set_.probes)
        if (const auto found = probe_list_->place.find(id); found != probe_list_->place.end()) persons.push_back(probe_list_->persons[found->second]);
        else {
          with_.errors.push_back(fault_at(error_code::not_allowed, file_, 0, 1, id, "a probe that " + with_.source.probes + " lists"));
          return;
        }
      set_.probe_person = sorted_column(persons);
    }
    if (!set_.probes.empty()) set_.fewest_references = set_.most_references = set_.references.size();
    if (with_.sink != nullptr) set_.probe_at = std::move(sorted.codes);
    else set_.table.reorder(sorted.codes);
  }

  const score_reading& with_;
  score_rules rules_;
  matrix_mates mates_;
  score_set set_;
  ledger refused_;
  std::optional<id_list> probe_list_, reference_list_;

  std::string file_;
  std::uint64_t rows_of_file_ = 0, rows_before_ = 0, judged_ = 0;
  std::size_t files_read_ = 0;
  std::vector<std::uint32_t> place_; ///< of a column of the file, in canonical order
  bool is_in_place_ = false, has_first_ = false;
  std::vector<std::uint32_t> all_references_;
  std::vector<float> first_, placed_, own_values_;
  std::vector<column_record> records_;
  std::vector<row_finding> findings_;
  std::vector<score_row> rows_;

  std::vector<std::string> ids_; ///< in the order of reading
  std::vector<std::uint8_t> acquired_;
  std::vector<std::pair<std::size_t, std::uint64_t>> lines_; ///< file of the source and line
  std::vector<std::uint64_t> ordinals_;                      ///< of the row among those of all files, from 1
  std::vector<constant_scores> constant_rows_;
};

} // namespace

void read_score_matrix(const score_reading& with) { matrix_reading(with).read(); }

} // namespace lfreval::detail

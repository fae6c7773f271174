#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_set>
#include <utility>

#include <lfreval/types/number.hpp>

#include "log/score_source.hpp"
#include "log/source_table.hpp"
#include "log/table_rows.hpp"

namespace lfreval::detail {
namespace {

/// The header that a column of the table is read from.
std::string header_of(const study_source& source, const std::string& column) {
  const auto mapping = source.columns.find(column);
  return mapping == source.columns.end() ? column : mapping->second.constant ? "" : mapping->second.column;
}

bool has_person(const text_column& persons) { return !persons.codes.empty(); }

/// Of each distinct id the one person it has, or nothing where rows disagree.
std::vector<std::optional<std::uint32_t>> persons_of(const text_column& ids, const text_column& persons, const std::vector<bool>& kept) {
  constexpr std::uint32_t unseen = no_code - 1;
  std::vector<std::optional<std::uint32_t>> out(ids.texts.size(), unseen);
  for (std::size_t i = 0; i < ids.codes.size(); ++i) {
    auto& one = out[ids.codes[i]];
    if (!kept[i] || !one || persons.codes[i] == no_code || one == persons.codes[i]) continue;
    one = *one == unseen ? std::optional(persons.codes[i]) : std::nullopt;
  }
  return out;
}

/// Keeps the texts that kept rows hold.
text_column used_texts(const text_column& all, const std::vector<bool>& kept) {
  std::vector<std::uint32_t> code(all.texts.size(), no_code);
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (kept[i] && all.codes[i] != no_code) code[all.codes[i]] = 0;
  text_column out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] == no_code) continue;
    code[i] = static_cast<std::uint32_t>(out.texts.size());
    out.texts.push_back(all.texts[i]);
  }
  for (const std::uint32_t one : all.codes) out.codes.push_back(one == no_code ? no_code : code[one]);
  return out;
}

class pair_reading {
public:
  pair_reading(const score_reading& with, pair_columns& columns, const refuse_pair& refuse) : with_(with), rules_(with.declared, with.source), columns_(columns), refuse_(refuse) {}

  void read() {
    for (const std::string& id : columns_.incomplete) lost_.insert(id);
    judge_persons(columns_.probe, columns_.probe_person, "probe_person", "probe");
    judge_persons(columns_.reference, columns_.reference_person, "reference_person", "reference");
    judge_labels();
    if (!columns_.repeats_pairs) judge_copies();
    set_.source = with_.source.name;
    set_.format = with_.source.format;
    set_.label_source = with_.source.label_source;
    if (const study_system* system = system_of(with_.declared, with_.source)) set_.system = system->name;
    set_.repeats_pairs = columns_.repeats_pairs;
    set_.unattributed_refused = columns_.unattributed_refused;
    set_.incomplete_probes = lost_.size();
    arrange();
    judge_axes();
    tabulate();
    with_.out.sets.push_back(std::move(set_));
  }

private:
  const std::string& probe_of(std::size_t row) const { return columns_.probe.texts[columns_.probe.codes[row]]; }
  const std::string& reference_of(std::size_t row) const { return columns_.reference.texts[columns_.reference.codes[row]]; }

  void refuse(std::size_t row, error_code code, std::string_view column, std::string value, std::string allowed) {
    if (!columns_.kept[row]) return;
    columns_.kept[row] = false;
    lost_.insert(probe_of(row));
    refuse_(row, code, column, std::move(value), std::move(allowed));
  }

  void judge_persons(const text_column& ids, const text_column& persons, const char* column, const std::string& what) {
    if (!has_person(persons)) return;
    const auto one = persons_of(ids, persons, columns_.kept);
    for (std::size_t i = 0; i < ids.codes.size(); ++i)
      if (!one[ids.codes[i]])
        refuse(i, error_code::not_allowed, column, persons.codes[i] == no_code ? "" : persons.texts[persons.codes[i]], "the same person in all rows of a " + what + "; all of them are refused");
  }

  /// Mated by persons or ids where the source says so; labels that persons contradict are refused.
  void judge_labels() {
    const text_column &p = columns_.probe_person, &r = columns_.reference_person;
    const bool by_id = with_.source.mated == "same_id", has_persons = has_person(p) && has_person(r);
    const bool derives = by_id || with_.source.mated == "same_person";
    if (!by_id && !has_persons) return;
    for (std::size_t i = 0; i < columns_.label.size(); ++i) {
      const bool is_known = by_id || (p.codes[i] != no_code && r.codes[i] != no_code);
      if (!is_known) continue;
      const bool is_same = by_id ? probe_of(i) == reference_of(i) : p.texts[p.codes[i]] == r.texts[r.codes[i]];
      std::uint8_t& label = columns_.label[i];
      if (label != choice_unknown && label != (is_same ? choice_yes : choice_no))
        refuse(i, error_code::not_allowed, "mated", label == choice_yes ? "yes" : "no", is_same ? "yes: probe and reference are of one person" : "no: probe and reference are of two persons");
      else if (derives || label == choice_unknown) label = is_same ? choice_yes : choice_no;
    }
  }

  void judge_copies() {
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < columns_.kept.size(); ++i)
      if (columns_.kept[i]) order.push_back(i);
    const auto key = [&](std::uint32_t i) { return std::pair(columns_.probe.codes[i], columns_.reference.codes[i]); };
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
    for (std::size_t from = 0; from < order.size();) {
      std::size_t to = from + 1;
      while (to < order.size() && key(order[to]) == key(order[from])) ++to;
      for (std::size_t k = from; k < to && to - from > 1; ++k)
        refuse(order[k], error_code::duplicate_id, "probe", probe_of(order[k]),
               "each pair of probe and reference once; all " + std::to_string(to - from) + " rows are refused. Where these are ids of persons, map probe and probe_person to one column, and reference and reference_person to the other");
      from = to;
    }
  }

  /// Kept rows by probe, reference, score and label: an order that only what they say decides.
  void arrange() {
    text_column probe = used_texts(columns_.probe, columns_.kept), reference = used_texts(columns_.reference, columns_.kept);
    for (std::uint32_t i = 0; i < columns_.kept.size(); ++i)
      if (columns_.kept[i]) order_.push_back(i);
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::tuple(probe.codes[a], reference.codes[a], columns_.score[a], columns_.label[a]) < std::tuple(probe.codes[b], reference.codes[b], columns_.score[b], columns_.label[b]);
    });
    set_.probe_person = persons_beside(probe, columns_.probe_person);
    set_.reference_person = persons_beside(reference, columns_.reference_person);
    if (with_.source.mated == "same_id") {
      const auto own = [](const std::vector<std::string>& ids) {
        std::vector<std::uint32_t> codes(ids.size());
        std::iota(codes.begin(), codes.end(), 0U);
        return text_column{std::move(codes), ids};
      };
      set_.probe_person = own(probe.texts);
      set_.reference_person = own(reference.texts);
    }
    set_.probes = std::move(probe.texts);
    set_.references = std::move(reference.texts);
    probe_ = std::move(probe.codes);
    reference_ = std::move(reference.codes);
  }

  text_column persons_beside(const text_column& ids, const text_column& persons) const {
    if (!has_person(persons)) return {};
    std::vector<std::string> of(ids.texts.size());
    for (const std::uint32_t i : order_)
      if (persons.codes[i] != no_code) of[ids.codes[i]] = persons.texts[persons.codes[i]];
    return sorted_column(of);
  }

  /// Sentinels and constant scores of all probes, and of all references.
  void judge_axes() {
    judge_axis(probe_, set_.probes, with_.source.sentinel_axis == "row", "probe", set_.acquired, set_.constant_rows);
    judge_axis(reference_, set_.references, with_.source.sentinel_axis == "column", "reference", set_.enrolled, set_.constant_columns);
  }

  void judge_axis(const std::vector<std::uint32_t>& codes, const std::vector<std::string>& ids, bool is_declared, const std::string& what, std::vector<std::uint8_t>& flags,
                  std::vector<constant_scores>& constants) const {
    struct seen {
      std::uint64_t n = 0, sentinels = 0;
      float first = 0;
      bool varies = false;
    };
    std::vector<seen> of(ids.size());
    for (const std::uint32_t i : order_) {
      seen& one = of[codes[i]];
      if (one.n++ == 0) one.first = columns_.score[i];
      one.varies = one.varies || columns_.score[i] != one.first;
      one.sentinels += columns_.score[i] == no_score ? 1 : 0;
    }
    flags.assign(ids.size(), 1);
    for (std::size_t k = 0; k < ids.size() && with_.errors.size() < 20; ++k) {
      const seen& one = of[k];
      if (is_declared && one.sentinels != 0) {
        if (one.sentinels == one.n) {
          flags[k] = 0;
          continue;
        }
        error why;
        why.code = error_code::not_allowed;
        why.file = with_.source.files.size() == 1 ? with_.source.files.front() : with_.declared.file;
        why.column_name = ids[k];
        why.value = shortest(*with_.source.sentinel);
        why.allowed = "the sentinel in all scores of a " + what + " or in none: " + std::to_string(one.sentinels) + " of " + std::to_string(one.n) + " hold it; axis = \"cell\" for comparisons that failed one by one";
        with_.errors.push_back(std::move(why));
      } else if (!one.varies && one.n >= fewest_constant_scores) {
        constants.push_back({static_cast<std::uint32_t>(k), one.first == no_score ? *rules_.sentinel : rules_.similarity(one.first), one.n});
      }
    }
  }

  void tabulate() {
    std::vector<std::uint32_t> references, mates, undecided;
    std::vector<float> scores;
    comparison_counts& counts = set_.counts;
    for (std::size_t from = 0; from < order_.size();) {
      const std::uint32_t probe = probe_[order_[from]];
      references.clear();
      scores.clear();
      mates.clear();
      undecided.clear();
      std::size_t to = from;
      for (; to < order_.size() && probe_[order_[to]] == probe; ++to) {
        const std::uint32_t i = order_[to], at = static_cast<std::uint32_t>(to - from);
        references.push_back(reference_[i]);
        scores.push_back(columns_.score[i]);
        const std::uint8_t label = columns_.label[i];
        const bool failed = columns_.score[i] == no_score;
        if (label == choice_yes) mates.push_back(at);
        if (label == choice_unknown) undecided.push_back(at);
        ++(label == choice_yes ? counts.mated : label == choice_no ? counts.nonmated : counts.undecided);
        if (failed) ++(label == choice_yes ? counts.failed_mated : label == choice_no ? counts.failed_nonmated : counts.failed_undecided);
      }
      const std::uint64_t n = to - from;
      set_.fewest_references = from == 0 ? n : std::min(set_.fewest_references, n);
      set_.most_references = std::max(set_.most_references, n);
      ++(mates.empty() ? set_.probes_without_mate : set_.probes_with_mate);
      set_.table.add({probe, references, scores, mates, undecided, set_.acquired[probe] != 0, !lost_.contains(set_.probes[probe])});
      from = to;
    }
  }

  const score_reading& with_;
  score_rules rules_;
  pair_columns& columns_;
  const refuse_pair& refuse_;
  score_set set_;
  std::unordered_set<std::string> lost_;
  std::vector<std::uint32_t> order_, probe_, reference_;
};

/// Which probes the refused rows of this source are of: a second look at the one column, only where something was refused.
void attribute_refused(const score_reading& with, pair_columns& out) {
  std::map<std::string, std::set<std::uint64_t>> lines;
  for (const refused_row& row : with.out.refused.rows())
    if (row.source == with.source.name) lines[row.why.file].insert(row.why.line);
  const auto mapping = with.source.columns.find("probe");
  for (const auto& [file, refused] : lines) {
    std::size_t found = 0;
    const auto add = [&](const std::string& id) {
      ++found;
      out.incomplete.push_back(id);
    };
    if (mapping != with.source.columns.end() && mapping->second.constant) {
      out.incomplete.push_back(*mapping->second.constant);
      continue;
    }
    auto reader = column_reader::open(with.declared.resolve(file), file, {.threads = with.threads});
    if (!reader) continue; // it was read a moment ago; all its rows stay without a probe
    const auto& header = reader->header();
    const auto field = static_cast<std::size_t>(std::find(header.begin(), header.end(), header_of(with.source, "probe")) - header.begin());
    ledger again;
    const auto table = reader->read(std::vector{column_request{field, text_cells{}, false, ""}}, again, with.source.name);
    if (table) {
      const auto& ids = std::get<text_column>(table->columns[0]);
      for (std::uint64_t row = 0; row < table->rows; ++row)
        if (ids.codes[row] != no_code && refused.contains(table->line_of(row))) add(ids.texts[ids.codes[row]]);
    }
    out.unattributed_refused += refused.size() - std::min(found, refused.size());
  }
}

} // namespace

void add_pairs(const score_reading& with, pair_columns& columns, const refuse_pair& refuse) { pair_reading(with, columns, refuse).read(); }

void read_score_pairs(const score_reading& with) {
  const std::size_t before = with.errors.size();
  source_table table(with.declared, with.source, with.threads, with.out.files, with.out.refused, with.errors);
  if (with.errors.size() != before) return;
  const bool has_persons = table.texts("probe_person") != nullptr && table.texts("reference_person") != nullptr;
  if (with.source.mated == "same_person" && !has_persons) return with.fault(error_code::missing_key, "source.columns.probe_person", "", "probe_person and reference_person, by which mated = \"same_person\" goes");
  if (table.choices("mated") == nullptr && with.source.mated.empty())
    return with.fault(error_code::missing_key, "source.columns.mated", "", "a column that says which comparisons are mated, or mated = \"same_id\" or \"same_person\"");
  for (const auto& key : {std::pair("source.mask", &with.source.mask), std::pair("source.probes", &with.source.probes), std::pair("source.references", &with.source.references)})
    if (!key.second->empty()) with.fault(error_code::not_allowed, key.first, *key.second, "formats matrix and bee; pairs name persons in columns of their own");
  const study_system* system = system_of(with.declared, with.source);
  for (std::uint64_t row = 0; row < table.rows(); ++row)
    if (const std::string_view of = table.text("system", row); !of.empty() && system != nullptr && of != system->name) {
      with.fault(error_code::not_allowed, "source.columns.system", std::string(of), "rows of system " + system->name + " only, as the source says");
      break;
    }
  if (with.errors.size() != before) return;
  pair_columns columns;
  attribute_refused(with, columns);
  if (table.rows() >= no_code) return with.fault(error_code::unsupported, "source.files", std::to_string(table.rows()) + " rows", "fewer than 4,294,967,295 pairs; a matrix may hold more");
  const auto texts = [&](const char* name) { return table.texts(name) == nullptr ? text_column{} : *table.texts(name); };
  columns.probe = texts("probe");
  columns.reference = texts("reference");
  columns.probe_person = texts("probe_person");
  columns.reference_person = texts("reference_person");
  if (const auto* scores = table.scores("score")) columns.score = *scores;
  columns.label = table.choices("mated") != nullptr ? *table.choices("mated") : std::vector<std::uint8_t>(table.rows(), choice_unknown);
  std::replace(columns.label.begin(), columns.label.end(), no_choice, choice_unknown);
  columns.kept.assign(table.rows(), true);
  // Ids that are read as persons too name nobody's image.
  columns.repeats_pairs = has_persons && header_of(with.source, "probe") == header_of(with.source, "probe_person") && header_of(with.source, "reference") == header_of(with.source, "reference_person");
  add_pairs(with, columns, [&](std::size_t row, error_code code, std::string_view column, std::string value, std::string allowed) {
    table.refuse_row(row, code, column, std::move(value), std::move(allowed));
  });
}

} // namespace lfreval::detail

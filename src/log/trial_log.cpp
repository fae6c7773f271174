#include <lfreval/log/trial_log.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <set>
#include <unordered_map>
#include <utility>

#include <lfreval/study/tables.hpp>
#include <lfreval/types/date.hpp>

#include "log/candidate_lists.hpp"
#include "log/logged_passage.hpp"
#include "log/observed_passages.hpp"
#include "log/table_rows.hpp"
#include "log/text_builder.hpp"

namespace lfreval {
namespace {

using detail::logged_passage, detail::returned, detail::source_table, detail::text_builder;

class trial_reader {
public:
  trial_reader(const study& declared, unsigned threads) : declared_(declared), threads_(threads) {}

  tl::expected<trial_log, std::vector<error>> read() {
    open_sources();
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    check_times();
    check_entries();
    watchlist_.add(of_table("watchlist"), has_unreadable_rows("watchlist"));
    require_readable("candidates");
    require_readable("observations");
    require_one_list_each();
    if (watchlist_.is_given()) {
      out_.watchlist_persons = watchlist_.size();
      out_.watchlist_without_template = watchlist_.without_template();
    }
    read_entries();
    read_persons();
    label_people();
    read_passages();
    for (source_table* table : of_table("candidates")) candidates_.push_back(detail::read_candidates(*table, passages_, known_passages_, watchlist_));
    for (source_table* table : passage_tables()) tabulate(*table);
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    return std::move(out_);
  }

private:
  void label_people() {
    const auto add = [&](person_labels& to, const study_group& group, std::string_view person, const std::pair<source_table*, std::uint64_t>& at) {
      const std::string_view label = at.first->text(group.column, at.second), by = at.first->text("label_source", at.second);
      if (label.empty()) return;
      to.by_axis[group.name].emplace(person, label);
      if (const std::string source(by.empty() ? std::string_view(group.label_source) : by); !source.empty()) to.label_sources[group.name].insert(source);
    };
    // Score files name people and no groups; a limit for every group asks after groups of whom nobody passed.
    const bool everybody = std::any_of(declared_.sources.begin(), declared_.sources.end(), [](const study_source& s) { return s.table == "scores"; }) ||
                           std::any_of(declared_.limits.begin(), declared_.limits.end(), [](const limit& one) { return !one.in_every.empty(); });
    for (const study_group& group : declared_.groups) {
      if (group.table != "persons") continue;
      for (const std::string& person : watchlist_.with_template())
        if (const auto found = persons_.find(person); found != persons_.end()) add(out_.listed, group, person, found->second);
      if (everybody)
        for (const auto& [person, at] : persons_) add(out_.known, group, person, at);
    }
  }

  /// Cells of the register that are compared as dates and closed lists; before the index is made, so that what is refused is in doubt there too.
  void check_entries() {
    for (source_table* table : of_table("watchlist"))
      for (std::uint64_t row = 0; row < table->rows(); ++row) {
        for (const char* column : {"image_date", "verified"})
          if (const std::string_view cell = table->text(column, row); !cell.empty() && !parse_iso_date(cell))
            table->refuse_row(row, error_code::not_a_date, column, std::string(cell), std::string(find_column("watchlist", column)->allowed));
        if (const std::string_view band = table->text("age_band", row); !band.empty() && band != "under_13" && band != "under_18" && band != "adult")
          table->refuse_row(row, error_code::not_allowed, "age_band", std::string(band), std::string(find_column("watchlist", "age_band")->allowed));
      }
  }

  /// What the register says of each image that is on a list.
  void read_entries() {
    std::vector<std::pair<std::string, watchlist_entry>> read;
    for (source_table* table : of_table("watchlist")) {
      const auto* known = table->choices("address_known");
      for (std::uint64_t row = 0; row < table->rows(); ++row) {
        if (!table->is_kept(row)) continue;
        watchlist_entry one;
        one.person = table->text("person", row);
        one.category = table->text("category", row);
        one.offence_grade = table->text("offence_grade", row);
        one.has_legal_basis = !table->text("legal_basis", row).empty();
        one.has_source = !table->text("source", row).empty();
        one.has_presence_reason = !table->text("presence_reason", row).empty();
        one.has_authority = !table->text("authority", row).empty();
        one.image_date = parse_iso_date(table->text("image_date", row));
        one.verified = parse_iso_date(table->text("verified", row));
        one.age_band = table->text("age_band", row);
        if (known != nullptr && (*known)[row] != detail::choice_unknown) one.address_known = (*known)[row] == detail::choice_yes;
        read.emplace_back(one.person + '\n' + std::string(table->text("image", row)), std::move(one));
      }
    }
    std::stable_sort(read.begin(), read.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [order, one] : read) out_.entries.push_back(std::move(one));
  }

  void fault(const study_source& source, error_code code, std::string key, std::string value, std::string allowed) {
    errors_.push_back(study_fault(declared_, source.at, code, std::move(key), std::move(value), std::move(allowed)));
  }

  void open_sources() {
    for (const study_source& source : declared_.sources) {
      const bool has_scores = holds_passages(source) || source.table == "candidates";
      if (!has_scores && source.table != "persons" && source.table != "watchlist") continue;
      if (has_scores) {
        if (source.kind != source_kind::operational && source.kind != source_kind::seeded)
          fault(source, error_code::not_allowed, "source.kind", std::string(to_string(source.kind)), "operational or seeded: passages come from people who passed");
        const study_system* system = detail::system_of(declared_, source);
        if (system == nullptr && !(source.system.empty() && declared_.systems.empty()))
          fault(source, error_code::missing_key, "source.system", "", "the name of a [system.NAME]: the study has several");
        if (system != nullptr && system->is_float64)
          fault(source, error_code::unsupported, "system." + system->name + ".precision", "float64", "float32, in which this version keeps scores");
      }
      tables_.emplace_back(declared_, source, threads_, out_.files, out_.refused, errors_);
    }
  }

  std::vector<source_table*> of_table(std::string_view name) {
    std::vector<source_table*> out;
    for (source_table& table : tables_)
      if (table.source().table == name) out.push_back(&table);
    return out;
  }

  /// Sources whose rows are passages, or observations of passages, in the order of the study.
  std::vector<source_table*> passage_tables() {
    std::vector<source_table*> out;
    for (source_table& table : tables_)
      if (holds_passages(table.source())) out.push_back(&table);
    return out;
  }

  /// Whether the reader refused rows of these sources: what those rows said is not known.
  bool has_unreadable_rows(std::string_view name) {
    for (const source_table* table : of_table(name))
      for (const refused_row& row : out_.refused.rows())
        if (row.source == table->source().name) return true;
    return false;
  }

  /// A candidate or an observation that cannot be read would leave its passage with too low a score, or with none.
  void require_readable(std::string_view name) {
    for (const source_table* table : of_table(name))
      for (const refused_row& row : out_.refused.rows())
        if (row.source == table->source().name) errors_.push_back(row.why);
  }

  void require_one_list_each() {
    std::set<std::string> seen;
    for (const source_table* table : of_table("candidates")) {
      const study_system* system = detail::system_of(declared_, table->source());
      if (!seen.insert(system == nullptr ? "" : system->name).second)
        fault(table->source(), error_code::not_allowed, "source.table", "candidates", "one source of candidates for each system; a source may have several files");
      for (std::uint64_t row = 0; row < table->rows(); ++row)
        if (const std::string_view of = table->text("system", row); !of.empty() && system != nullptr && of != system->name) {
          fault(table->source(), error_code::not_allowed, "source.columns.system", std::string(of), "rows of system " + system->name + " only, as the source says");
          break;
        }
    }
  }

  void check_times() {
    const error *with = nullptr, *without = nullptr;
    for (const source_table& table : tables_) {
      if (with == nullptr && table.first_with_offset().line != 0) with = &table.first_with_offset();
      if (without == nullptr && table.first_without_offset().line != 0) without = &table.first_without_offset();
    }
    if (with == nullptr || without == nullptr) return;
    error why = *without;
    why.code = error_code::not_a_date;
    why.value = "a time without an offset";
    why.allowed = "times that all have an offset from UTC, or none: " + with->file + ":" + std::to_string(with->line) + " has one";
    errors_.push_back(std::move(why));
  }

  void read_persons() {
    std::unordered_map<std::string_view, std::uint64_t> copies;
    for (const source_table* table : of_table("persons"))
      for (std::uint64_t row = 0; row < table->rows(); ++row) ++copies[table->text("person", row)];
    for (source_table* table : of_table("persons"))
      for (std::uint64_t row = 0; row < table->rows(); ++row) {
        const std::string_view person = table->text("person", row);
        if (copies[person] > 1) table->refuse_row(row, error_code::duplicate_id, "person", std::string(person), all_copies(copies[person], "person"));
        else persons_.emplace(person, std::pair(table, row));
      }
  }

  static std::string all_copies(std::uint64_t n, const char* what) {
    return std::string("each ") + what + " once; all " + std::to_string(n) + " rows are refused";
  }

  void read_passages() {
    std::unordered_map<std::string_view, std::uint64_t> copies;
    for (const source_table* table : of_table("passages"))
      for (std::uint64_t row = 0; row < table->rows(); ++row) ++copies[table->text("passage", row)];
    for (source_table* table : passage_tables()) {
      if (table->source().table == "observations") {
        read_observations(*table);
        continue;
      }
      for (std::uint64_t row = 0; row < table->rows(); ++row) {
        const std::string_view id = table->text("passage", row);
        known_passages_.emplace(id, passages_.size());
        // A refused passage stays known: its candidates are of a passage that exists.
        passages_.push_back({table, row, {}});
        if (copies[id] > 1) table->refuse_row(row, error_code::duplicate_id, "passage", std::string(id), all_copies(copies[id], "passage"));
        else judge(passages_.back());
      }
    }
  }

  void read_observations(source_table& table) {
    const detail::observed_passages& formed = formed_.emplace_back(detail::form_passages(table));
    for (std::size_t k = 0; k < formed.size(); ++k) {
      const std::span<const std::uint64_t> rows = formed.of(k);
      const logged_passage& one = passages_.emplace_back(logged_passage{&table, rows.front(), rows});
      if (table.source().passages_by == passage_forming::passage) {
        const auto [known, is_new] = known_passages_.emplace(one.text("passage"), passages_.size() - 1);
        if (!is_new)
          for (const logged_passage* copy : std::array<const logged_passage*, 2>{&passages_[known->second], &one})
            copy->refuse(copy->row, error_code::duplicate_id, "passage", std::string(one.text("passage")), "each passage in one source; all rows of both are refused");
      }
      if (one.is_kept()) judge(passages_.back());
    }
  }

  void judge(logged_passage& one) {
    source_table& table = *one.table;
    const std::uint64_t row = one.row;
    const std::string_view person = table.text("person", row), mate = table.text("mate", row);
    if (person.empty()) {
      one.refuse(row, error_code::missing_value, "person", "",
                 "the person who passed; where nobody knows, map person to the column of the deployment, which is then the cluster");
      return;
    }
    const auto* mated = table.choices("mated");
    const auto* acquired = table.choices("acquired");
    mated_status given = mated == nullptr ? mated_status::unknown : static_cast<mated_status>((*mated)[row] == no_choice ? detail::choice_unknown : (*mated)[row]);
    one.identity = mate.empty() ? person : mate;
    if (given == mated_status::no && !mate.empty()) {
      one.refuse(row, error_code::not_allowed, "mate", std::string(mate), "no mate where mated is no");
      return;
    }
    if (watchlist_.is_given()) {
      const mated_status derived = watchlist_.listed(one.identity, one.time_of(row));
      if (!mate.empty() && derived == mated_status::no) {
        one.refuse(row, error_code::not_allowed, "mate", std::string(mate), "a person on the watchlist in force at that time");
        return;
      }
      if (given != mated_status::unknown && derived != mated_status::unknown && given != derived) {
        one.refuse(row, error_code::not_allowed, "mated", given == mated_status::yes ? "yes" : "no",
                   given == mated_status::yes ? "no: the person is not on the watchlist in force at that time" : "yes: the person is on the watchlist in force at that time");
        return;
      }
      if (given == mated_status::unknown) given = derived;
    } else if (given == mated_status::unknown && !mate.empty()) {
      given = mated_status::yes;
    }
    one.mated = given;
    const auto has_template = [&](std::uint64_t of) { return !(acquired != nullptr && (*acquired)[of] == detail::choice_no) && !is_acquisition_sentinel(table, of); };
    one.acquired = one.observed.empty() ? has_template(row) : std::any_of(one.observed.begin(), one.observed.end(), has_template);
  }

  /// Whether the cell holds the number that says that no template was made.
  static bool is_acquisition_sentinel(const source_table& table, std::uint64_t row) {
    const auto* sentinels = table.sentinels("top_score");
    return sentinels != nullptr && table.source().sentinel_means != "failure_to_enrol" && std::binary_search(sentinels->begin(), sentinels->end(), row);
  }

  /// Of observations that differ, none: a passage has one label or an unknown one.
  static std::string_view common_text(const logged_passage& one, const std::string& column) {
    const std::string_view first = one.text(column);
    const bool differs = std::any_of(one.observed.begin(), one.observed.end(), [&](std::uint64_t row) { return one.table->text(column, row) != first; });
    return differs ? std::string_view() : first;
  }

  std::string_view label(const study_group& group, const logged_passage& one, std::string_view person) const {
    if (group.table == one.table->source().table) return common_text(one, group.column);
    const auto found = persons_.find(person);
    return group.table != "persons" || found == persons_.end() ? std::string_view() : found->second.first->text(group.column, found->second.second);
  }

  /// The camera of a passage; of one that several cameras saw, all of their names.
  std::string_view camera_of(const logged_passage& one) {
    if (one.observed.empty()) return one.text("camera");
    std::set<std::string_view> cameras;
    for (const std::uint64_t row : one.observed)
      if (const std::string_view camera = one.table->text("camera", row); !camera.empty()) cameras.insert(camera);
    std::string all;
    for (const std::string_view camera : cameras) all += (all.empty() ? "" : "+") + std::string(camera);
    return *camera_sets_.insert(std::move(all)).first;
  }

  void tabulate(source_table& table) {
    const bool is_wide = table.scores("top_score") != nullptr, is_observed = table.source().table == "observations";
    const study_system* own = detail::system_of(declared_, table.source());
    const std::string own_name = own == nullptr ? "" : own->name;
    if (is_wide && is_observed && own != nullptr && own->shown_candidates > 1)
      fault(table.source(), error_code::unsupported, "system." + own_name + ".shown_candidates", std::to_string(own->shown_candidates),
            "1, or a source of table candidates: observations keep the first candidate only");
    // Wide rows first: one that contradicts itself is refused for every system.
    std::unordered_map<std::size_t, returned> wide;
    for (std::size_t i = 0; i < passages_.size() && is_wide; ++i) {
      if (passages_[i].table != &table || !passages_[i].is_kept()) continue;
      returned what;
      if (is_observed ? fuse_observations(passages_[i], watchlist_, what) : read_wide(passages_[i], watchlist_, what)) wide.emplace(i, what);
    }
    if (is_wide) {
      const bool has_rank = is_observed ? table.texts("top_person") != nullptr : table.counts("mate_rank") != nullptr;
      add_table(table, own_name, wide, recorded_from(table, own, -std::numeric_limits<float>::infinity()), table.scores("second_score") != nullptr, has_rank);
    }
    for (const detail::candidate_source& source : candidates_) {
      const study_system* system = detail::system_of(declared_, source.table->source());
      const std::string name = system == nullptr ? "" : system->name;
      if (is_wide && name == own_name) {
        fault(source.table->source(), error_code::not_allowed, "source.table", "candidates", "scores of a system once: source " + table.source().name + " has top_score");
        continue;
      }
      const bool covers = std::any_of(source.of_passage.begin(), source.of_passage.end(), [&](const auto& of) { return passages_[of.first].table == &table; });
      if (!covers && passage_tables().size() > 1) {
        fault(source.table->source(), error_code::not_allowed, "source.table", "candidates", "candidates of every source of passages: none is of source " + table.source().name);
        continue;
      }
      const float lowest = source.lowest == std::numeric_limits<float>::infinity() ? -source.lowest : source.lowest;
      add_table(table, name, source.of_passage, recorded_from(*source.table, system, lowest), true, true);
    }
    if (!is_wide && candidates_.empty()) fault(table.source(), error_code::missing_key, "source.columns.top_score", "", "a column of scores, or a source of table candidates");
  }

  static float recorded_from(const source_table& table, const study_system* system, float otherwise) {
    if (!table.source().recorded_from) return otherwise;
    const auto declared = static_cast<float>(*table.source().recorded_from);
    return system != nullptr && system->is_distance ? -declared : declared;
  }

  void add_table(const source_table& table, const std::string& system, const std::unordered_map<std::size_t, returned>& what, float recorded, bool has_second, bool has_rank) {
    trial_passages out;
    out.source = table.source().name;
    out.label_source = table.source().label_source;
    out.kind = table.source().kind;
    out.rows.system = system;
    out.rows.recorded_from = recorded;
    const auto* look_scores = table.source().table == "observations" ? table.scores("top_score") : nullptr;
    if (look_scores != nullptr) out.looks.first.push_back(0);
    text_builder person, deployment, camera, top_person;
    std::map<std::string, text_builder> groups;
    std::map<std::string, std::set<std::string_view>> label_sources;
    for (std::size_t i = 0; i < passages_.size(); ++i) {
      const logged_passage& one = passages_[i];
      if (one.table != &table || !one.is_kept()) continue;
      const auto found = what.find(i);
      returned seen = found == what.end() ? returned{} : found->second;
      mated_status mated = one.mated;
      if (out.kind == source_kind::operational && mated == mated_status::yes) {
        mated = mated_status::unknown;
        ++out.mated_withheld;
      }
      if (mated != mated_status::yes) {
        seen.mate_score = no_score;
        seen.mate_rank = 0;
      }
      const std::string_view who = table.text("person", one.row);
      person.add(who);
      deployment.add(table.text("deployment", one.row));
      camera.add(camera_of(one));
      top_person.add(seen.top_person);
      out.rows.mated.push_back(mated);
      out.rows.acquired.push_back(one.acquired ? 1 : 0);
      out.rows.top_score.push_back(seen.top_score);
      if (has_second) out.rows.second_score.push_back(seen.second_score);
      out.rows.mate_score.push_back(seen.mate_score);
      if (has_rank) out.rows.mate_rank.push_back(seen.mate_rank);
      for (const study_group& group : declared_.groups) {
        const std::string_view given = label(group, one, who);
        groups[group.name].add(given);
        if (given.empty()) continue;
        const std::string_view by = group.table == "persons" ? persons_.at(who).first->text("label_source", persons_.at(who).second) : std::string_view();
        const std::string_view source = by.empty() ? std::string_view(group.label_source) : by;
        if (!source.empty()) label_sources[group.name].insert(source);
      }
      if (look_scores == nullptr) continue;
      for (const std::uint64_t row : one.observed) out.looks.scores.push_back((*look_scores)[row]);
      out.looks.first.push_back(out.looks.scores.size());
    }
    out.rows.person = person.take();
    out.rows.deployment = deployment.take();
    out.rows.camera = camera.take();
    out.rows.top_person = top_person.take();
    for (auto& group : groups) out.rows.groups.emplace(group.first, group.second.take());
    for (const auto& [axis, sources] : label_sources)
      for (const std::string_view one : sources) out.group_label_sources[axis].emplace(one);
    out_.passages.push_back(std::move(out));
  }

  const study& declared_;
  unsigned threads_;
  trial_log out_;
  std::vector<error> errors_;
  std::deque<source_table> tables_; ///< views into their texts stay valid
  detail::watchlist_index watchlist_;
  std::unordered_map<std::string_view, std::pair<source_table*, std::uint64_t>> persons_;
  std::vector<logged_passage> passages_;
  std::unordered_map<std::string_view, std::size_t> known_passages_;
  std::vector<detail::candidate_source> candidates_;
  std::deque<detail::observed_passages> formed_; ///< passages look into their rows
  std::set<std::string, std::less<>> camera_sets_;
};

} // namespace

tl::expected<trial_log, std::vector<error>> read_trial_log(const study& declared, unsigned threads) { return trial_reader(declared, threads).read(); }

} // namespace lfreval

#include <lfreval/log/trial_log.hpp>

#include <algorithm>
#include <deque>
#include <limits>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "log/source_table.hpp"
#include "log/watchlist_index.hpp"
#include "log/table_rows.hpp"

namespace lfreval {
namespace {

using detail::source_table;

/// What one system returned for one passage.
struct returned {
  std::string_view top_person;
  float top_score = no_score, second_score = no_score, mate_score = no_score;
  std::uint32_t mate_rank = 0;
};

/// One passage that may still be refused for what its candidates say.
struct passage_row {
  source_table* table;
  std::uint64_t row;
  mated_status mated;
  std::string_view identity; ///< the listed person it is, if it is mated: the mate, else the person
  bool acquired;
};

/// Builds a column of texts whose codes are in byte order.
class text_builder {
public:
  void add(std::string_view text) {
    if (text.empty()) {
      column_.codes.push_back(no_code);
      return;
    }
    const auto found = codes_.try_emplace(text, static_cast<std::uint32_t>(codes_.size()));
    column_.codes.push_back(found.first->second);
  }
  text_column take() {
    std::vector<std::pair<std::string_view, std::uint32_t>> sorted(codes_.begin(), codes_.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::uint32_t> place(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      place[sorted[i].second] = static_cast<std::uint32_t>(i);
      column_.texts.emplace_back(sorted[i].first);
    }
    for (std::uint32_t& code : column_.codes) code = code == no_code ? no_code : place[code];
    return std::move(column_);
  }

private:
  std::unordered_map<std::string_view, std::uint32_t> codes_;
  text_column column_;
};

class trial_reader {
public:
  trial_reader(const study& declared, unsigned threads) : declared_(declared), threads_(threads) {}

  tl::expected<trial_log, std::vector<error>> read() {
    open_sources();
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    check_times();
    watchlist_.add(of_table("watchlist"), has_unreadable_rows("watchlist"));
    require_readable_candidates();
    if (watchlist_.is_given()) {
      out_.watchlist_persons = watchlist_.size();
      out_.watchlist_without_template = watchlist_.without_template();
    }
    read_persons();
    read_passages();
    read_candidates();
    for (source_table* table : of_table("passages")) tabulate(*table);
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    return std::move(out_);
  }

private:
  void fault(const study_source& source, error_code code, std::string key, std::string value, std::string allowed) {
    errors_.push_back(study_fault(declared_, source.at, code, std::move(key), std::move(value), std::move(allowed)));
  }

  void open_sources() {
    for (const study_source& source : declared_.sources) {
      const bool has_scores = source.table == "passages" || source.table == "candidates";
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

  /// Whether the reader refused rows of these sources: what those rows said is not known.
  bool has_unreadable_rows(std::string_view name) {
    for (const source_table* table : of_table(name))
      for (const refused_row& row : out_.refused.rows())
        if (row.source == table->source().name) return true;
    return false;
  }

  /// A candidate that cannot be read would leave its passage looking as if nobody had been returned.
  void require_readable_candidates() {
    for (const source_table* table : of_table("candidates"))
      for (const refused_row& row : out_.refused.rows())
        if (row.source == table->source().name) errors_.push_back(row.why);
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
    for (source_table* table : of_table("passages"))
      for (std::uint64_t row = 0; row < table->rows(); ++row) {
        const std::string_view id = table->text("passage", row);
        known_passages_.emplace(id, passages_.size());
        // A refused passage stays known: its candidates are of a passage that exists.
        passages_.push_back({table, row, mated_status::unknown, "", true});
        if (copies[id] > 1) table->refuse_row(row, error_code::duplicate_id, "passage", std::string(id), all_copies(copies[id], "passage"));
        else judge(passages_.back());
      }
  }

  void judge(passage_row& one) {
    source_table& table = *one.table;
    const std::uint64_t row = one.row;
    const std::string_view person = table.text("person", row), mate = table.text("mate", row);
    if (person.empty()) {
      table.refuse_row(row, error_code::missing_value, "person", "",
                       "the person who passed; where nobody knows, map person to the column of the deployment, which is then the cluster");
      return;
    }
    const auto* mated = table.choices("mated");
    const auto* acquired = table.choices("acquired");
    const auto* times = table.times("time");
    mated_status given = mated == nullptr ? mated_status::unknown : static_cast<mated_status>((*mated)[row] == no_choice ? detail::choice_unknown : (*mated)[row]);
    one.identity = mate.empty() ? person : mate;
    if (given == mated_status::no && !mate.empty()) {
      table.refuse_row(row, error_code::not_allowed, "mate", std::string(mate), "no mate where mated is no");
      return;
    }
    if (watchlist_.is_given()) {
      const mated_status derived = watchlist_.listed(one.identity, times == nullptr ? no_time : (*times)[row]);
      if (!mate.empty() && derived == mated_status::no) {
        table.refuse_row(row, error_code::not_allowed, "mate", std::string(mate), "a person on the watchlist in force at that time");
        return;
      }
      if (given != mated_status::unknown && derived != mated_status::unknown && given != derived) {
        table.refuse_row(row, error_code::not_allowed, "mated", given == mated_status::yes ? "yes" : "no",
                         given == mated_status::yes ? "no: the person is not on the watchlist in force at that time" : "yes: the person is on the watchlist in force at that time");
        return;
      }
      if (given == mated_status::unknown) given = derived;
    } else if (given == mated_status::unknown && !mate.empty()) {
      given = mated_status::yes;
    }
    one.mated = given;
    if (acquired != nullptr && (*acquired)[row] == detail::choice_no) one.acquired = false;
    const auto* sentinels = table.sentinels("top_score");
    if (sentinels != nullptr && table.source().sentinel_means != "failure_to_enrol" && std::binary_search(sentinels->begin(), sentinels->end(), row)) one.acquired = false;
  }

  /// The candidates of one passage in one source, refused together.
  struct candidate_list {
    std::vector<std::uint64_t> rows;
  };

  void read_candidates() {
    for (source_table* table : of_table("candidates")) {
      std::unordered_map<std::size_t, candidate_list> lists;
      const auto& ranks = *table->counts("rank");
      const auto& scores = *table->scores("score");
      float lowest = std::numeric_limits<float>::infinity();
      for (std::uint64_t row = 0; row < table->rows(); ++row) {
        const auto known = known_passages_.find(table->text("passage", row));
        if (known == known_passages_.end()) {
          table->refuse_row(row, error_code::not_allowed, "passage", std::string(table->text("passage", row)), "a passage of the study's table passages");
          continue;
        }
        if (scores[row] != no_score) lowest = std::min(lowest, scores[row]);
        lists[known->second].rows.push_back(row);
      }
      candidates_.push_back({table, {}, lowest});
      for (auto& list : lists) {
        std::vector<std::uint64_t>& rows = list.second.rows;
        std::sort(rows.begin(), rows.end(), [&](std::uint64_t a, std::uint64_t b) { return std::pair(ranks[a], a) < std::pair(ranks[b], b); });
        passage_row& passage = passages_[list.first];
        if (!check_list(*table, rows, passage)) continue;
        if (passage.table->is_kept(passage.row)) candidates_.back().of_passage.emplace(list.first, collapse(*table, rows, passage));
      }
    }
  }

  std::string_view person_of(const source_table& table, std::uint64_t row) const {
    const std::string_view person = table.text("person", row);
    return person.empty() ? watchlist_.person_of(table.text("image", row)) : person;
  }

  /// Whether somebody who was returned cannot have been: they were on no list at that moment.
  bool is_off_list(std::string_view person, const passage_row& one) const {
    const auto* times = one.table->times("time");
    return watchlist_.is_given() && !person.empty() && watchlist_.listed(person, times == nullptr ? no_time : (*times)[one.row]) == mated_status::no;
  }

  bool check_list(source_table& table, const std::vector<std::uint64_t>& rows, passage_row& passage) {
    const auto& ranks = *table.counts("rank");
    const auto& scores = *table.scores("score");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const char* rule = nullptr;
      if (ranks[rows[i]] != i + 1) rule = "ranks 1, 2, 3, … of each passage, each once; all candidates of this passage are refused";
      else if (scores[rows[i]] == no_score) rule = "a score; all candidates of this passage are refused";
      else if (i != 0 && scores[rows[i]] > scores[rows[i - 1]]) rule = "scores that do not rise with the rank; all candidates of this passage are refused";
      else if (person_of(table, rows[i]).empty()) rule = "a person, or an image of the watchlist; all candidates of this passage are refused";
      else if (is_off_list(person_of(table, rows[i]), passage)) rule = "persons on the watchlist in force at that time; all candidates of this passage are refused";
      else if (passage.mated == mated_status::no && person_of(table, rows[i]) == passage.identity)
        rule = "other persons: this one passed, and is said not to be on the list; all candidates of this passage are refused";
      else if (!passage.acquired) rule = "no candidates for a passage of which no template was made";
      if (rule == nullptr) continue;
      const std::string value = std::to_string(ranks[rows[i]]);
      for (const std::uint64_t row : rows) table.refuse_row(row, error_code::not_allowed, "rank", row == rows[i] ? value : std::to_string(ranks[row]), rule);
      passage.table->refuse_row(passage.row, error_code::not_allowed, "passage", std::string(passage.table->text("passage", passage.row)),
                                "a passage whose candidates hold together; those of source " + table.source().name + " do not");
      return false;
    }
    return true;
  }

  returned collapse(const source_table& table, const std::vector<std::uint64_t>& rows, const passage_row& passage) const {
    const auto& scores = *table.scores("score");
    returned out;
    std::unordered_set<std::string_view> persons;
    for (const std::uint64_t row : rows) {
      const std::string_view person = person_of(table, row);
      if (!persons.insert(person).second) continue;
      if (persons.size() == 1) {
        out.top_person = person;
        out.top_score = scores[row];
      } else if (persons.size() == 2) {
        out.second_score = scores[row];
      }
      if (passage.mated == mated_status::yes && person == passage.identity) {
        out.mate_score = scores[row];
        out.mate_rank = static_cast<std::uint32_t>(persons.size());
      }
    }
    return out;
  }

  /// The columns of a wide row, if they agree with each other.
  bool read_wide(const passage_row& one, returned& out) const {
    source_table& table = *one.table;
    const std::uint64_t row = one.row;
    const auto score = [&](const char* name) {
      const auto* all = table.scores(name);
      return all == nullptr ? no_score : (*all)[row];
    };
    const auto* ranks = table.counts("mate_rank");
    const std::uint64_t rank = ranks == nullptr || (*ranks)[row] == no_count ? 0 : (*ranks)[row];
    out = {table.text("top_person", row), score("top_score"), score("second_score"), score("mate_score"), 0};
    const char* column = nullptr;
    std::string rule;
    const auto refuse_if = [&](bool wrong, const char* in, const char* why) {
      if (!wrong || column != nullptr) return;
      column = in;
      rule = why;
    };
    const bool is_mate_first = !out.top_person.empty() && out.top_person == one.identity;
    refuse_if(!one.acquired && out.top_score != no_score, "top_score", "no score of a passage of which no template was made");
    refuse_if(out.top_score == no_score && !out.top_person.empty(), "top_score", "the score of the person at rank 1");
    refuse_if(out.second_score > out.top_score, "second_score", "a second score that is not above the first");
    refuse_if(one.mated == mated_status::no && (out.mate_score != no_score || rank != 0), "mate_score", "no score of a mate where mated is no");
    refuse_if(is_off_list(out.top_person, one), "top_person", "a person on the watchlist in force at that time");
    refuse_if(one.mated == mated_status::no && is_mate_first, "top_person", "another person: this one passed, and is said not to be on the list");
    refuse_if(out.mate_score > out.top_score, "mate_score", "a score of the mate that is not above the first");
    refuse_if(rank > std::numeric_limits<std::uint32_t>::max(), "mate_rank", "a rank below 2^32");
    refuse_if(rank != 0 && out.mate_score == no_score && rank != 1, "mate_score", "the score of the mate at its rank");
    refuse_if(rank == 1 && (out.top_score == no_score || (out.mate_score != no_score && out.mate_score != out.top_score)), "mate_rank", "rank 1 for the first score only");
    refuse_if(rank == 1 && !out.top_person.empty() && !is_mate_first, "mate_rank", "rank 1 for the person at rank 1 only");
    refuse_if(one.mated == mated_status::yes && is_mate_first && rank > 1, "mate_rank", "rank 1: the mate is the person at rank 1");
    refuse_if(ranks != nullptr && one.mated == mated_status::yes && out.mate_score != no_score && rank == 0 && !is_mate_first, "mate_rank", "the rank of the mate whose score is on record");
    const bool has_second = table.scores("second_score") != nullptr;
    refuse_if(has_second && rank == 2 && out.mate_score != out.second_score, "mate_rank", "rank 2 for the second score only");
    refuse_if(has_second && rank > 2 && out.mate_score > out.second_score, "mate_rank", "a rank that agrees with the scores");
    if (column != nullptr) {
      const std::string_view value = table.text(column, row);
      table.refuse_row(row, error_code::not_allowed, column, value.empty() && rank != 0 ? std::to_string(rank) : std::string(value), rule);
      return false;
    }
    if (one.mated == mated_status::yes && (rank == 1 || is_mate_first)) out.mate_score = out.top_score;
    out.mate_rank = static_cast<std::uint32_t>(is_mate_first && one.mated == mated_status::yes && rank == 0 && ranks != nullptr ? 1 : rank);
    return true;
  }

  std::string_view label(const study_group& group, const passage_row& one, std::string_view person) const {
    if (group.table == "passages") return one.table->text(group.column, one.row);
    const auto found = persons_.find(person);
    return group.table != "persons" || found == persons_.end() ? std::string_view() : found->second.first->text(group.column, found->second.second);
  }

  struct candidate_source {
    source_table* table;
    std::unordered_map<std::size_t, returned> of_passage;
    float lowest;
  };

  void tabulate(source_table& table) {
    const bool is_wide = table.scores("top_score") != nullptr;
    const study_system* own = detail::system_of(declared_, table.source());
    const std::string own_name = own == nullptr ? "" : own->name;
    // Wide rows first: one that contradicts itself is refused for every system.
    std::unordered_map<std::size_t, returned> wide;
    for (std::size_t i = 0; i < passages_.size() && is_wide; ++i)
      if (passages_[i].table == &table && table.is_kept(passages_[i].row))
        if (returned what; read_wide(passages_[i], what)) wide.emplace(i, what);
    if (is_wide) add_table(table, own_name, wide, recorded_from(table, own, -std::numeric_limits<float>::infinity()), table.scores("second_score") != nullptr, table.counts("mate_rank") != nullptr);
    for (const candidate_source& source : candidates_) {
      const study_system* system = detail::system_of(declared_, source.table->source());
      const std::string name = system == nullptr ? "" : system->name;
      if (is_wide && name == own_name) {
        fault(source.table->source(), error_code::not_allowed, "source.table", "candidates", "scores of a system once: source " + table.source().name + " has top_score");
        continue;
      }
      const bool covers = std::any_of(source.of_passage.begin(), source.of_passage.end(), [&](const auto& of) { return passages_[of.first].table == &table; });
      if (!covers && of_table("passages").size() > 1) {
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
    text_builder person, deployment, camera, top_person;
    std::map<std::string, text_builder> groups;
    for (std::size_t i = 0; i < passages_.size(); ++i) {
      const passage_row& one = passages_[i];
      if (one.table != &table || !table.is_kept(one.row)) continue;
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
      camera.add(table.text("camera", one.row));
      top_person.add(seen.top_person);
      out.rows.mated.push_back(mated);
      out.rows.acquired.push_back(one.acquired ? 1 : 0);
      out.rows.top_score.push_back(seen.top_score);
      if (has_second) out.rows.second_score.push_back(seen.second_score);
      out.rows.mate_score.push_back(seen.mate_score);
      if (has_rank) out.rows.mate_rank.push_back(seen.mate_rank);
      for (const study_group& group : declared_.groups) groups[group.name].add(label(group, one, who));
    }
    out.rows.person = person.take();
    out.rows.deployment = deployment.take();
    out.rows.camera = camera.take();
    out.rows.top_person = top_person.take();
    for (auto& group : groups) out.rows.groups.emplace(group.first, group.second.take());
    out_.passages.push_back(std::move(out));
  }

  const study& declared_;
  unsigned threads_;
  trial_log out_;
  std::vector<error> errors_;
  std::deque<source_table> tables_; ///< views into their texts stay valid
  detail::watchlist_index watchlist_;
  std::unordered_map<std::string_view, std::pair<source_table*, std::uint64_t>> persons_;
  std::vector<passage_row> passages_;
  std::unordered_map<std::string_view, std::size_t> known_passages_;
  std::vector<candidate_source> candidates_;
};

} // namespace

tl::expected<trial_log, std::vector<error>> read_trial_log(const study& declared, unsigned threads) { return trial_reader(declared, threads).read(); }

} // namespace lfreval

#include "log/watchlist_index.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace lfreval::detail {
namespace {

struct entry {
  source_table* table;
  std::uint64_t row;
  std::int64_t created, deleted;
};

} // namespace

void watchlist_index::add(std::vector<source_table*> tables, bool incomplete) {
  incomplete_ = incomplete;
  std::map<std::string, std::set<std::string>, std::less<>> persons_of;
  std::map<std::pair<std::string, std::string>, std::vector<entry>> enrolments;
  for (source_table* table : tables) {
    given_ = true;
    const auto* created = table->times("created");
    const auto* deleted = table->times("deleted");
    for (std::uint64_t row = 0; row < table->rows(); ++row) {
      entry one{table, row, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
      if (created != nullptr && (*created)[row] != no_time) one.created = (*created)[row];
      if (deleted != nullptr && (*deleted)[row] != no_time) one.deleted = (*deleted)[row];
      if (one.deleted <= one.created) {
        table->refuse_row(row, error_code::not_allowed, "deleted", "", "an entry that is deleted after it was created");
        continue;
      }
      const std::string image(table->text("image", row));
      persons_of[image].insert(std::string(table->text("person", row)));
      enrolments[{std::string(table->text("list", row)), image}].push_back(one);
    }
  }
  for (auto& enrolment : enrolments) {
    const std::string& image = enrolment.first.second;
    std::vector<entry>& all = enrolment.second;
    std::sort(all.begin(), all.end(), [](const entry& a, const entry& b) { return a.created < b.created; });
    bool overlaps = false;
    for (std::size_t i = 1; i < all.size(); ++i) overlaps = overlaps || all[i].created < all[i - 1].deleted;
    for (const entry& one : all) {
      if (persons_of[image].size() > 1)
        one.table->refuse_row(one.row, error_code::not_allowed, "person", std::string(one.table->text("person", one.row)),
                              "one person for each image; this image is enrolled under " + std::to_string(persons_of[image].size()));
      else if (overlaps)
        one.table->refuse_row(one.row, error_code::duplicate_id, "image", image, "each image once in a list at a time");
    }
  }
  for (source_table* table : tables)
    for (std::uint64_t row = 0; row < table->rows(); ++row)
      if (!table->is_kept(row)) doubtful_.insert(std::string(table->text("person", row)));
      else images_.emplace(table->text("image", row), table->text("person", row));
  for (const auto& enrolment : enrolments)
    for (const entry& one : enrolment.second)
      if (one.table->is_kept(one.row)) {
        const std::string person(one.table->text("person", one.row));
        persons_[person].push_back({one.created, one.deleted});
        const auto* enrolled = one.table->choices("enrolled");
        if (enrolled == nullptr || (*enrolled)[one.row] != choice_no) with_template_.insert(person);
      }
}

mated_status watchlist_index::listed(std::string_view person, std::int64_t time) const {
  const auto at = persons_.find(person);
  // An entry that was refused, or could not be read, may have listed this person.
  const mated_status otherwise = incomplete_ || doubtful_.contains(person) ? mated_status::unknown : mated_status::no;
  if (at == persons_.end()) return otherwise;
  for (const span_of_time& span : at->second) {
    const bool is_always = span.created == std::numeric_limits<std::int64_t>::min() && span.deleted == std::numeric_limits<std::int64_t>::max();
    if (is_always || (time != no_time && span.created <= time && time < span.deleted)) return mated_status::yes;
  }
  return time == no_time ? mated_status::unknown : otherwise;
}

std::string_view watchlist_index::person_of(std::string_view image) const {
  const auto at = images_.find(image);
  return at == images_.end() ? std::string_view() : std::string_view(at->second);
}

} // namespace lfreval::detail

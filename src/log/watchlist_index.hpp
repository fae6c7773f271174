/// @file
/// Who was on the watchlist at a moment.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lfreval/log/passages.hpp>

#include "log/source_table.hpp"

namespace lfreval::detail {

class watchlist_index {
public:
  /// Takes the entries that hold together and refuses the others: an image of two persons, an image enrolled twice at a
  /// time in one list, an entry deleted before it was created.
  /// `incomplete`: rows of these tables could not be read, so that nobody is known not to be listed.
  void add(std::vector<source_table*> tables, bool incomplete);

  [[nodiscard]] bool is_given() const noexcept { return given_; }
  /// Distinct persons, whenever they were listed, of whom a template was made: the others can raise no alert.
  [[nodiscard]] std::uint64_t size() const noexcept { return persons_.size() - without_template(); }
  [[nodiscard]] const std::set<std::string, std::less<>>& with_template() const noexcept { return with_template_; }
  /// Distinct persons of whom no image could be enrolled. They are listed all the same: a passage of theirs is a miss (G10).
  [[nodiscard]] std::uint64_t without_template() const noexcept { return persons_.size() - with_template_.size(); }
  /// Whether the person is on the list in force at the moment; `unknown` when that depends on a time that is not on record.
  [[nodiscard]] mated_status listed(std::string_view person, std::int64_t time) const;
  /// The person of an image, empty when it is on no list.
  [[nodiscard]] std::string_view person_of(std::string_view image) const;

private:
  struct span_of_time {
    std::int64_t created, deleted;
  };
  bool given_ = false, incomplete_ = false;
  std::set<std::string, std::less<>> doubtful_; ///< persons of refused entries
  std::map<std::string, std::vector<span_of_time>, std::less<>> persons_;
  std::set<std::string, std::less<>> with_template_;
  std::map<std::string, std::string, std::less<>> images_;
};

} // namespace lfreval::detail

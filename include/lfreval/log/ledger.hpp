/// @file
/// The ledger: every row that was refused, with the place and the rule, so that nothing is dropped in silence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <lfreval/types/error.hpp>
#include <map>
#include <set>
#include <string>

namespace lfreval {

/// One row that enters no count, the reason, and the source of the study that it was read for.
struct refused_row {
  error why;
  std::string source;

  friend bool operator==(const refused_row&, const refused_row&) = default;
};

/// Order of refused rows by source, file, line and column, then by everything else that they say: rows that compare
/// equal are equal, so a list in this order depends only on what is in it.
struct canonical_row_order {
  [[nodiscard]] bool operator()(const refused_row&, const refused_row&) const noexcept;
};

/// All refused rows of a study. The same data give the same ledger whichever file or thread was read first.
class ledger {
public:
  using row_set = std::multiset<refused_row, canonical_row_order>;

  /// Records one refused row. A row refused twice for two reasons counts twice. Cost: O(log n), O(1) in order.
  void add(refused_row);
  /// Takes over every row of another ledger, for instance of a file read by another thread. Cost: O(m log n).
  void add(ledger);

  /// The rows in canonical order. References stay valid while the ledger lives, whatever is added.
  [[nodiscard]] const row_set& rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  /// How many rows were refused for each reason, in the order of `error_code`; reasons that never occurred are absent.
  /// The values sum to `size()`.
  [[nodiscard]] const std::map<error_code, std::uint64_t>& counts() const noexcept { return counts_; }

  friend bool operator==(const ledger&, const ledger&) = default;

private:
  row_set rows_;
  std::map<error_code, std::uint64_t> counts_;
};

} // namespace lfreval

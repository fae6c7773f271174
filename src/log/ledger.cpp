#include <lfreval/log/ledger.hpp>

#include <tuple>
#include <utility>

namespace lfreval {

bool canonical_row_order::operator()(const refused_row& a, const refused_row& b) const noexcept {
  const auto key = [](const refused_row& r) {
    return std::tie(r.source, r.why.file, r.why.line, r.why.column, r.why.code, r.why.column_name, r.why.value,
                    r.why.allowed);
  };
  return key(a) < key(b);
}

void ledger::add(refused_row row) {
  const error_code code = row.why.code;
  rows_.insert(rows_.end(), std::move(row));
  ++counts_[code];
}

void ledger::add(ledger other) {
  rows_.merge(other.rows_);
  for (const auto& [code, n] : other.counts_) counts_[code] += n;
}

} // namespace lfreval

// Any bytes as a table of published claims: refused with reasons, or every row is a claim or in the ledger, and what is
// accepted can be checked.
#include <lfreval/log/published.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

#include <lfreval/quality/claim_quality.hpp>
#include <lfreval/study/study.hpp>

namespace {

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

const int file = memfd_create("table", 0);

const lfreval::study& declared() {
  static const lfreval::study out = [] {
    auto read = lfreval::parse_study("schema = 1\n[study]\nname = \"n\"\n[[source]]\nname = \"s\"\nkind = \"published\"\ntable = \"published\"\nfiles = [\"/proc/self/fd/" +
                                         std::to_string(file) + "\"]\n[source.columns]\npercent = { column = \"p\", unit = \"percent\" }\n", "s.toml");
    expect(read.has_value());
    return std::move(*read);
  }();
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lfreval;
  std::string text = "claim,metric,events,exposure,p,one_in,about,source\n";
  if (size != 0 && data[0] == '!') text.clear();
  text.append(reinterpret_cast<const char*>(data), size);
  expect(ftruncate(file, 0) == 0 && pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  const auto out = read_published(declared());
  if (!out.has_value()) {
    expect(!out.error().empty());
    for (const error& e : out.error()) expect(!e.file.empty() && !e.allowed.empty());
    return 0;
  }
  std::uint64_t accounted = out->claims.size();
  for (const refused_row& row : out->refused.rows()) {
    expect(row.why.line > 1 && !row.why.allowed.empty());
    accounted += row.why.code == error_code::wrong_field_count ? 0 : 1;
  }
  expect(accounted == out->files.at(0).rows);
  for (std::size_t i = 0; i < out->claims.size(); ++i) {
    const published_claim& c = out->claims[i];
    expect(c.rate.has_value() != c.count.has_value());
    expect(c.events || c.percent || c.one_in);
    if (c.rate) expect(c.events.has_value() == c.exposure.has_value());
    if (i > 0) expect(out->claims[i - 1].claim < c.claim);
  }
  const claim_quality checked = examine(*out);
  expect(checked.own_arithmetic.rows.size() <= checked.own_arithmetic.examined && checked.contradicted.size() <= out->claims.size());
  return 0;
}

// Published figures that are known to be wrong are found, with their arithmetic; figures that are merely rounded are not.
#include <lfreval/quality/claim_quality.hpp>

#include <doctest/doctest.h>
#include <string>
#include <vector>

using namespace lfreval;

namespace {

published_claim rate_claim(const std::string& id, metric_id metric, std::optional<std::uint64_t> events, std::optional<std::uint64_t> exposure, std::optional<std::string> percent,
                           std::optional<std::string> one_in, bool as_fraction = false) {
  published_claim out;
  out.claim = id;
  out.rate = metric;
  out.events = events;
  out.exposure = exposure;
  out.percent = std::move(percent);
  out.one_in = std::move(one_in);
  out.as_fraction = as_fraction;
  out.source = "source of " + id;
  return out;
}

published_claim count_claim(const std::string& id, unit of, std::uint64_t n, const std::string& source) {
  published_claim out;
  out.claim = id;
  out.count = of;
  out.events = n;
  out.source = source;
  return out;
}

claim_quality checked(std::vector<published_claim> claims) {
  published_claims all;
  all.claims = std::move(claims);
  return examine(all);
}

/// What is said against a single claim; empty when nothing is.
std::string said(const published_claim& c) {
  const claim_quality out = checked({c});
  CHECK(out.own_arithmetic.rows.size() == out.contradicted.size());
  return out.contradicted.empty() ? "" : out.contradicted.begin()->second;
}

constexpr metric_id fpir = metric_id::false_positive_identification_rate, per_face = metric_id::alerts_per_face;
const std::nullopt_t none = std::nullopt;

} // namespace

TEST_CASE("M34: 173 and 2,554 alerts are not 2,632 (South Wales Police 2017, FX5)") {
  const std::string swp = "South Wales Police 2017";
  const claim_quality out = checked({count_claim("t", unit::true_alerts, 173, swp), count_claim("f", unit::false_alerts, 2554, swp), count_claim("a", unit::alerts, 2632, swp)});
  CHECK(out.parts_and_total.examined == 1);
  REQUIRE(out.parts_and_total.rows.size() == 1);
  CHECK(out.parts_and_total.rows[0].arithmetic == "173 true alerts + 2554 false alerts = 2727, but 2632 alerts published");
  CHECK(out.contradicted.size() == 3); // no rate from any of them
  CHECK(checked({count_claim("t", unit::true_alerts, 173, swp), count_claim("f", unit::false_alerts, 2459, swp), count_claim("a", unit::alerts, 2632, swp)}).contradicted.empty());
  // Nor are numbers of one source about different parts of the records.
  published_claim of_2024 = count_claim("t", unit::true_alerts, 173, swp);
  of_2024.about = {{"year", "2024"}};
  CHECK(checked({of_2024, count_claim("f", unit::false_alerts, 2554, swp), count_claim("a", unit::alerts, 2632, swp)}).contradicted.empty());
  // Two sources are not added up, nor is a number that one source gives in two ways.
  CHECK(checked({count_claim("t", unit::true_alerts, 173, "x"), count_claim("f", unit::false_alerts, 2554, swp), count_claim("a", unit::alerts, 2632, swp)}).parts_and_total.examined == 0);
  CHECK(checked({count_claim("t", unit::true_alerts, 173, swp), count_claim("f", unit::false_alerts, 2554, swp), count_claim("a", unit::alerts, 2632, swp),
                 count_claim("b", unit::alerts, 2727, swp)}).parts_and_total.examined == 0);
  CHECK(checked({count_claim("t", unit::true_alerts, 173, swp), count_claim("f", unit::false_alerts, 2554, swp), count_claim("u", unit::unresolved_alerts, 5, swp),
                 count_claim("a", unit::alerts, 2732, swp)}).contradicted.empty());
}

TEST_CASE("M06: 0.017 and 1 in 6000 are one number only with the percent sign (Scottish Police Authority, FX7)") {
  CHECK(said(rate_claim("spa", fpir, none, none, "0.017", "6000")) == "");
  CHECK(said(rate_claim("spa", fpir, none, none, "0.017", "6000", true)) ==
        "1 in 6000 = 0.01667 %, but 0.017 printed as a fraction; they differ by a factor of about 100: a percent sign lost or added");
  CHECK(said(rate_claim("spa", fpir, none, none, "0.002", "60000")) == "");
  CHECK(said(rate_claim("spa", fpir, none, none, "0.002", "60000", true)) != "");
}

TEST_CASE("M06: 231 of 160,000 are 0.144 %, not 1.5 % (StopWatch, FX12)") {
  CHECK(said(rate_claim("s", per_face, 231, 160000, "1.5", none)) == "231 / 160000 = 0.1444 %, but 1.5 % printed");
  CHECK(said(rate_claim("s", per_face, 231, 160000, "14.4", none)).ends_with("a percent sign lost or added"));
  for (const char* right : {"0.144", "0.1443", "0.1444", "0.14437", "0.14438", "0.1", "0"}) CHECK(said(rate_claim("s", per_face, 231, 160000, right, none)) == "");
  for (const char* wrong : {"0.2", "0.143", "0.145", "0.1445"}) CHECK(said(rate_claim("s", per_face, 231, 160000, wrong, none)) != "");
}

TEST_CASE("the 1 in form of counts may be rounded at its zeros or cut off, not more") {
  // 41,176 / 7 = 5,882.29
  for (const char* right : {"5882", "5880", "5900", "6000"}) CHECK(said(rate_claim("c", per_face, 7, 41176, none, right)) == "");
  for (const char* wrong : {"5881", "5884", "5870", "5700", "7000"}) CHECK(said(rate_claim("c", per_face, 7, 41176, none, wrong)) != "");
  CHECK(said(rate_claim("c", per_face, 7, 41176, none, "5882.2")) == ""); // cut off
  CHECK(said(rate_claim("c", per_face, 7, 41176, none, "5882.3")) == ""); // rounded
  CHECK(said(rate_claim("c", per_face, 7, 41176, none, "5882.4")) != "");
  CHECK(said(rate_claim("c", per_face, 0, 41176, none, "41176")) == "0 / 41176 = 0, but 1 in 41176 printed");
  CHECK(said(rate_claim("c", per_face, 7, 41176, none, "60")).ends_with("a percent sign lost or added"));
}

TEST_CASE("a claim with one form only has nothing to disagree with") {
  const claim_quality out = checked({rate_claim("a", per_face, 7, 41176, none, none), rate_claim("b", per_face, none, none, "3", none), count_claim("c", unit::faces, 7, "s")});
  CHECK(out.own_arithmetic.examined == 0);
  CHECK(out.contradicted.empty());
}

TEST_CASE("a rate per hour is read in hours") {
  // 3 events in 252,000 s are 1 in 23.3 hours.
  CHECK(said(rate_claim("h", metric_id::false_alerts_per_hour, 3, 252000, none, "23")) == "");
  CHECK(said(rate_claim("h", metric_id::false_alerts_per_hour, 3, 252000, none, "24")) != "");
}

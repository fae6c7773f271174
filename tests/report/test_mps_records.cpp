// The published deployments of the Metropolitan Police, 2020 to 2025: totals and limits worked out apart from this library.
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/text.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <set>

using namespace lfreval;

namespace {

const evaluation& mps() {
  static const evaluation made = [] {
    const auto declared = read_study(LFREVAL_SOURCE_DIR "/datasets/mps_lfr/study.toml");
    if (!declared) throw std::runtime_error(declared.error().front().message());
    auto done = evaluate(*declared, {.threads = 1});
    if (!done) throw std::runtime_error(done.error().front().message());
    return *std::move(done);
  }();
  return made;
}

const finding& at(const std::string& key) {
  const finding* found = mps().find(key);
  if (found == nullptr) throw std::runtime_error("no finding " + key);
  return *found;
}

const estimate& rate_at(const std::string& key) { return std::get<estimate>(at(key).value); }

std::uint64_t counted(const std::string& key) { return std::get<count_value>(at(key).value).n; }

std::string four_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3e", value);
  return text;
}

const companion* made_by(const estimate& e, interval_method method) {
  for (const companion& one : e.companions)
    if (one.made.method == method) return &one;
  return nullptr;
}

/// Every text that a reader can see in a finding.
std::vector<std::string> texts_of(const finding& f) {
  std::vector<std::string> out{f.sentence};
  out.insert(out.end(), f.notes.begin(), f.notes.end());
  if (f.why_not) out.push_back(f.why_not->remedy);
  if (const auto* check = std::get_if<record_check>(&f.value)) {
    out.push_back(check->rule);
    for (const record_check::row& row : check->rows) out.push_back(row.arithmetic);
  }
  return out;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool has_word(const std::string& text, const std::string& word) {
  const auto letter = [&](std::size_t i) { return std::isalpha(static_cast<unsigned char>(text[i])) != 0; };
  for (std::size_t i = text.find(word); i != std::string::npos; i = text.find(word, i + 1)) {
    const std::size_t end = i + word.size();
    if ((i == 0 || !letter(i - 1)) && (end == text.size() || !letter(end))) return true;
  }
  return false;
}

} // namespace

TEST_CASE("the published totals of each threshold") {
  CHECK(counted("deployments@threshold=") == 9);
  CHECK(counted("deployments@threshold=0.6") == 112);
  CHECK(counted("deployments@threshold=0.62") == 10);
  CHECK(counted("deployments@threshold=0.64") == 193);
  CHECK(counted("faces@threshold=0.6") == 491246);
  CHECK(counted("faces@threshold=0.62") == 16589);
  CHECK(counted("faces@threshold=0.64") == 2424559);
  CHECK(counted("false_alerts@threshold=0.6") == 25);
  CHECK(counted("false_alerts@threshold=0.62") == 4);
  CHECK(counted("false_alerts@threshold=0.64") == 7);
  CHECK(counted("outcomes@outcome=arrest;threshold=0.6") == 306);
  CHECK(counted("outcomes@outcome=arrest;threshold=0.62") == 31);
  CHECK(counted("outcomes@outcome=arrest;threshold=0.64") == 782);
  CHECK(mps().records.deployments == 324);
  CHECK(mps().records.aborted == 1);
  CHECK(mps().records.refused == 0);
}

TEST_CASE("false alerts per face at 0.60: headline, companion and design effect") {
  const estimate& e = rate_at("false_alerts_per_face@threshold=0.6");
  CHECK(e.events == 25);
  CHECK(e.exposure == 491246);
  CHECK(four_digits(e.headline.lower) == "2.454e-05");
  CHECK(four_digits(e.headline.upper) == "9.323e-05");
  CHECK(e.clusters.rung == ladder_rung::weak_information);
  CHECK(e.clusters.clusters == 112);
  REQUIRE(e.clusters.design_effect);
  CHECK(*e.clusters.design_effect == doctest::Approx(2.41).epsilon(0.005 / 2.41));
  const companion* flat = made_by(e, interval_method::clopper_pearson);
  REQUIRE(flat);
  CHECK(four_digits(flat->made.lower) == "3.293e-05");
  CHECK(four_digits(flat->made.upper) == "7.512e-05");
  CHECK(flat->flags.has(flag::assumes_independence));
}

TEST_CASE("false alerts per face at 0.64: headline and companion") {
  const estimate& e = rate_at("false_alerts_per_face@threshold=0.64");
  CHECK(four_digits(e.headline.lower) == "1.153e-06");
  CHECK(four_digits(e.headline.upper) == "5.975e-06");
  const companion* flat = made_by(e, interval_method::clopper_pearson);
  REQUIRE(flat);
  CHECK(four_digits(flat->made.lower) == "1.161e-06");
  CHECK(four_digits(flat->made.upper) == "5.949e-06");
}

TEST_CASE("M36 M40: two thresholds are projected, not called better") {
  const finding& f = at("false_alerts_per_face@against=0.6;threshold=0.64");
  CHECK(f.status == finding_status::projected);
  CHECK(f.flags.has(flag::conditions_differ));
  CHECK(f.flags.has(flag::conditions_unknown));
  const auto noted = [&](const char* what) {
    return std::any_of(f.notes.begin(), f.notes.end(), [&](const std::string& note) { return note.find(what) != std::string::npos; });
  };
  CHECK(noted("threshold"));
  CHECK(noted("watchlist images")); // 15,792 on average against 12,100: more than 10 % apart
  CHECK(noted("system version"));
  const auto& r = std::get<ratio_value>(f.value);
  CHECK(r.of == cluster_tally{7, 2424559});
  CHECK(r.against == cluster_tally{25, 491246});
  CHECK(r.point == doctest::Approx((7.0 / 2424559.0) / (25.0 / 491246.0)).epsilon(1e-12));
  std::vector<std::string> said = f.notes;
  said.push_back(f.sentence);
  for (const std::string& text : said)
    for (const std::string word : {"improve", "improved", "improvement", "better", "reduces", "reduced", "reduction", "fewer", "safer", "gain", "benefit", "because", "fell"})
      CHECK_FALSE_MESSAGE(has_word(lower(text), word), word, " in: ", text);
}

TEST_CASE("M38: 7 in 8,600 at Oxford Circus does not decide a limit of 1 in 1,000") {
  const estimate& e = rate_at("false_alerts_per_face@deployment=mps-2020-003");
  CHECK(e.events == 7);
  CHECK(e.exposure == 8600);
  CHECK(four_digits(e.headline.lower) == "3.273e-04");
  CHECK(four_digits(e.headline.upper) == "1.676e-03");
  CHECK(at("false_alerts_per_face@deployment=mps-2020-003").flags.has(flag::one_cluster));
  const finding& f = at("false_alerts_per_face@deployment=mps-2020-003;limit=at_most_1/1000");
  const auto& v = std::get<verdict_value>(f.value);
  CHECK(v.answer.outcome == verdict_outcome::inconclusive);
  REQUIRE(v.answer.unfavourable);
  CHECK(v.answer.unfavourable->on == sides::upper);
  CHECK(v.answer.unfavourable->upper > 0.001);
  REQUIRE(v.answer.favourable);
  CHECK(v.answer.favourable->lower < 0.001);
}

TEST_CASE("M34: the one row whose alerts contradict each other is named with its sum") {
  const finding& f = at("alerts_add_up@scope=all");
  const auto& check = std::get<record_check>(f.value);
  REQUIRE(check.rows.size() == 1);
  CHECK(check.rows.front().deployment == "mps-2023-024");
  CHECK(check.rows.front().arithmetic.find("= 2") != std::string::npos);
  CHECK(check.rows.front().arithmetic.find("but 1 published as alerts") != std::string::npos);
  CHECK(check.severity == check_severity::fault);
  CHECK(at("false_alerts_per_face@threshold=0.6").flags.has(flag::rows_do_not_add_up));
}

TEST_CASE("M46: where the counting of faces changed is dated beside the rates, with other thresholds apart") {
  std::size_t breaks = 0;
  for (const finding& f : mps().findings)
    if (f.metric == "faces_per_minute_break") {
      ++breaks;
      CHECK(f.sentence.find("Rates per face on either side may not be counted alike") != std::string::npos);
    }
  CHECK(breaks == 5); // as many as an independent search finds, tests/series
  CHECK(at("false_alerts_per_face@threshold=0.64").axes.contains("threshold"));
}

TEST_CASE("M65: the aborted deployment stays on the list") {
  const auto& check = std::get<record_check>(at("deployments_complete@scope=all").value);
  CHECK(check.examined == 324);
  REQUIRE(check.rows.size() == 1);
  CHECK(check.rows.front().deployment == "mps-2020-002");
  CHECK(check.rows.front().arithmetic.find("aborted") != std::string::npos);
}

TEST_CASE("M15: operational records leave TPIR, FNIR and FPIR not measured") {
  for (const char* metric : {"true_positive_identification_rate", "false_negative_identification_rate", "false_positive_identification_rate"}) {
    const finding& f = at(std::string(metric) + "@scope=all");
    CHECK(f.status == finding_status::not_measured);
    CHECK(std::holds_alternative<std::monostate>(f.value));
  }
  for (const finding& f : mps().findings)
    if (f.metric.find("_identification_rate") != std::string::npos) CHECK(f.status == finding_status::not_measured);
}

TEST_CASE("M13: the title of the section says that misses were not measured") {
  const auto document = nlohmann::json::parse(to_json(mps(), {}));
  bool said = false;
  for (const auto& section : document["result"]["sections"])
    if (section["id"] == "identification") said = section["title"].get<std::string>().find("MISSES NOT MEASURED") != std::string::npos;
  CHECK(said);
  CHECK(to_text(mps()).find("MISSES NOT MEASURED") != std::string::npos);
}

TEST_CASE("M01 M02: false alerts per face and per resolved alert stand side by side in every stratum") {
  std::size_t strata = 0;
  for (std::size_t i = 0; i < mps().findings.size(); ++i) {
    const finding& f = mps().findings[i];
    if (f.metric != "false_alerts_per_face" || f.kind != finding_kind::rate) continue;
    ++strata;
    const finding* other = mps().find(finding_key("false_discovery_proportion", f.axes));
    REQUIRE_MESSAGE(other, f.key);
    CHECK(other->kind == finding_kind::rate);
    CHECK_MESSAGE(std::abs(other - &f) <= 4, f.key); // with nothing between them but the verdicts of the first
    if (f.status == finding_status::measured) CHECK_MESSAGE(f.sentence.find("of the faces seen") != std::string::npos, f.sentence);
    if (other->status == finding_status::measured) CHECK_MESSAGE(other->sentence.find(" resolved alert") != std::string::npos, other->sentence);
    if (const auto* e = std::get_if<estimate>(&other->value); e != nullptr && e->exposure >= 10)
      CHECK_MESSAGE(other->sentence.find("of the resolved alerts") != std::string::npos, other->sentence);
  }
  CHECK(strata == 1 + 4 + 5 + 4 + 156 + 33); // all, thresholds, years, use cases, sites, deployments with a false alert
}

TEST_CASE("M12: no false alert gives an upper bound, never a zero") {
  std::size_t with_none = 0, borrowed = 0;
  for (const finding& f : mps().findings) {
    const auto* e = std::get_if<estimate>(&f.value);
    if (e == nullptr || e->metric != metric_id::false_alerts_per_face || e->events != 0) continue;
    ++with_none;
    CHECK_MESSAGE(e->headline.upper > 0, f.key);
    // No bound is tighter than the one for unrelated faces.
    CHECK_MESSAGE(e->headline.upper >= -std::expm1(std::log(0.025) / static_cast<double>(e->exposure)) * (1 - 1e-12), f.key);
    CHECK_MESSAGE(f.flags.has(flag::no_events), f.key);
    CHECK_MESSAGE((f.sentence.find("at most") != std::string::npos || f.sentence.find("not excluded") != std::string::npos ||
                   f.sentence.find(" to ") != std::string::npos), f.sentence);
    if (e->clusters.clusters > 1) {
      CHECK_MESSAGE(f.flags.has(flag::borrowed_design_effect), f.key);
      CHECK_FALSE_MESSAGE(f.flags.has(flag::assumes_independence), f.key);
      if (f.axes.contains("site")) ++borrowed;
    }
  }
  CHECK(with_none > 0);
  CHECK(borrowed > 0);
}

TEST_CASE("M37 M45: every rate has its counts, units, interval, confidence and method") {
  const auto document = nlohmann::json::parse(to_json(mps(), {}));
  std::size_t rates = 0;
  for (const auto& f : document["result"]["findings"]) {
    if (f["kind"] != "rate" || f["status"] != "measured") continue;
    ++rates;
    for (const char* field : {"events", "exposure"}) {
      REQUIRE_MESSAGE(f.contains(field), f["key"]);
      CHECK(f[field]["n"].is_number_unsigned());
      CHECK_FALSE(f[field]["unit"].get<std::string>().empty());
    }
    REQUIRE_MESSAGE(f.contains("interval"), f["key"]);
    CHECK(f["interval"]["lower"].is_number());
    CHECK(f["interval"].contains("upper"));
    CHECK(f["interval"]["confidence"] == 0.95);
    CHECK_FALSE(f["interval"]["method"].get<std::string>().empty());
    CHECK(f["interval"]["lower"] <= f["estimate"]);
    if (f["interval"]["upper"].is_number()) CHECK(f["estimate"] <= f["interval"]["upper"]);
    CHECK(f["clusters"]["unit"] == "deployment");
  }
  CHECK(rates > 1000);
}

TEST_CASE("M45: fewer than ten trials carry no percentage as their value") {
  for (const finding& f : mps().findings) {
    const auto* e = std::get_if<estimate>(&f.value);
    if (e == nullptr || describe(e->metric).family != metric_family::share || e->exposure >= 10) continue;
    CHECK_MESSAGE(f.sentence.find("too few for a percentage") != std::string::npos, f.sentence);
  }
}

TEST_CASE("M03: no finding uses a word that the records cannot bear") {
  const auto banned = {"accurate", "accuracy", "inaccurate", "no bias", "not significant", "insignificant", "bias-free", "unbiased", "proven", "negligible"};
  std::vector<std::string> all;
  for (const finding& f : mps().findings)
    for (std::string& text : texts_of(f)) all.push_back(std::move(text));
  for (const not_measured_item& item : mps().not_measured) { all.push_back(item.topic); all.push_back(item.why); all.push_back(item.remedy); }
  all.push_back(to_text(mps()));
  for (const std::string& text : all)
    for (const std::string word : banned) CHECK_FALSE_MESSAGE(has_word(lower(text), word), word, " in: ", text);
}

TEST_CASE("M16: unresolved alerts give bounds both ways") {
  const finding& f = at("false_discovery_proportion@threshold=0.64");
  REQUIRE(f.bounds);
  CHECK(f.bounds->unresolved == 22);
  // 7 of 1,738 resolved alerts were false; the 22 others were all right, or all wrong.
  CHECK(f.bounds->fewest == cluster_tally{7, 1760});
  CHECK(f.bounds->most == cluster_tally{29, 1760});
  CHECK(f.bounds->lower_limit < 7.0 / 1760);
  CHECK(f.bounds->upper_limit > 29.0 / 1760);
  CHECK(f.flags.has(flag::unresolved_labels));
}

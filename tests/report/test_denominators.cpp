// Faces that are an estimate: with a declared error the interval holds it, without one a line says what it could do.
#include <lfreval/intervals/estimated_denominator.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/text.hpp>

#include <doctest/doctest.h>

#include "support/deployed.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

constexpr confidence usual{0.95};

deployment_record estimated(std::string id, std::uint64_t seen, std::uint64_t wrong, std::optional<double> cv, std::string threshold = "0.6") {
  deployment_record r = deployed(std::move(id), seen, 0, wrong);
  r.threshold = std::move(threshold);
  r.duration = seconds(3600);
  r.faces_cv = cv;
  return r;
}

evaluation evaluated(std::vector<deployment_record> records, bool shared = true) {
  study declared;
  declared.name = "denominators";
  declared.faces_cv_shared = shared;
  declared.limits = {{metric_id::false_alerts_per_face, limit_direction::at_most, 1, 1000, "test"}};
  deployment_series series;
  series.records = std::move(records);
  return evaluate(declared, std::move(series), {});
}

const std::string pooled = "false_alerts_per_face@threshold=0.6";

} // namespace

TEST_CASE("a declared error of the faces is in the headline, the verdict and the outputs") {
  const evaluation e = evaluated({estimated("d", 125000, 10, 0.05)});
  const finding& f = at(e, pooled);
  const auto& made = std::get<estimate>(f.value);
  const interval expected = rate::estimated_denominator_gamma_lognormal(10, 125000, 0.05, usual).value();
  CHECK(made.headline.lower == doctest::Approx(expected.lower).epsilon(1e-9));
  CHECK(made.headline.upper == doctest::Approx(expected.upper).epsilon(1e-9));
  CHECK(made.exposure_cv == 0.05);
  CHECK_FALSE(f.flags.has(flag::denominator_as_published));
  CHECK(f.miscounts.empty());
  const auto& answer = std::get<verdict_value>(at(e, "false_alerts_per_face@limit=at_most_1/1000;threshold=0.6").value).answer;
  REQUIRE(answer.unfavourable.has_value());
  CHECK(answer.unfavourable->method == interval_method::estimated_denominator_gamma_lognormal);
  CHECK(to_text(e).find("hold the declared error of that count") != std::string::npos);
  CHECK(to_json(e, {}).find("\"coefficient_of_variation\":0.05") != std::string::npos);
  // Rates over something other than faces do not have it.
  CHECK(std::get<estimate>(at(e, "false_alerts_per_hour@threshold=0.6").value).exposure_cv == 0.0);
}

TEST_CASE("pooled errors are shared unless the study says otherwise") {
  const std::vector<deployment_record> rows{estimated("a", 10000, 2, 0.2), estimated("b", 10000, 3, 0.2), estimated("c", 10000, 1, 0.2)};
  const evaluation shared = evaluated(rows), apart = evaluated(rows, false);
  CHECK(std::get<estimate>(at(shared, pooled).value).exposure_cv == doctest::Approx(0.2).epsilon(1e-14));
  CHECK(std::get<estimate>(at(apart, pooled).value).exposure_cv == doctest::Approx(0.2 / std::sqrt(3.0)).epsilon(1e-14));
  CHECK(std::get<estimate>(at(shared, pooled).value).headline.upper > std::get<estimate>(at(apart, pooled).value).headline.upper);
}

TEST_CASE("M04: without a declared error one line shows what a miscount of 10 and of 30 per cent would do") {
  const evaluation e = evaluated({estimated("a", 10000, 2, std::nullopt), estimated("b", 10000, 3, std::nullopt)});
  const finding& f = at(e, pooled);
  CHECK(f.flags.has(flag::denominator_as_published));
  const interval& headline = std::get<estimate>(f.value).headline;
  REQUIRE(f.miscounts.size() == 2);
  CHECK(f.miscounts[0].percent == 10);
  CHECK(f.miscounts[0].lower == doctest::Approx(headline.lower / 1.1).epsilon(1e-14));
  CHECK(f.miscounts[0].upper == doctest::Approx(headline.upper / 0.9).epsilon(1e-14));
  CHECK(f.miscounts[1].percent == 30);
  CHECK(f.miscounts[1].lower == doctest::Approx(headline.lower / 1.3).epsilon(1e-14));
  CHECK(f.miscounts[1].upper == doctest::Approx(std::min(1.0, headline.upper / 0.7)).epsilon(1e-14));
  const std::string text = to_text(e);
  CHECK(text.find("If the faces were miscounted by 10 %") != std::string::npos);
  CHECK(text.find("holds the error of that count") != std::string::npos);
}

TEST_CASE("declared for some deployments only: the error goes in and the flag stays") {
  const evaluation e = evaluated({estimated("a", 10000, 2, 0.1), estimated("b", 30000, 3, std::nullopt)});
  const finding& f = at(e, pooled);
  CHECK(std::get<estimate>(f.value).exposure_cv == doctest::Approx(0.025).epsilon(1e-14));
  CHECK(f.flags.has(flag::denominator_as_published));
  CHECK(f.miscounts.size() == 2);
  CHECK(to_text(e).find("in 1 of 2 deployments") != std::string::npos);
}

TEST_CASE("a comparison of two thresholds holds the errors of both denominators") {
  const auto ratio_with = [](std::optional<double> cv) {
    const evaluation e = evaluated({estimated("a", 100000, 20, cv, "0.6"), estimated("b", 110000, 18, cv, "0.6"), estimated("c", 100000, 6, cv, "0.64"), estimated("d", 90000, 5, cv, "0.64")});
    return std::get<ratio_value>(at(e, "false_alerts_per_face@against=0.6;threshold=0.64").value);
  };
  const ratio_value exact = ratio_with(std::nullopt), with = ratio_with(0.3);
  CHECK(with.point == exact.point);
  CHECK(with.made.lower < exact.made.lower);
  CHECK(with.made.upper > exact.made.upper);
  CHECK(with.made.method == interval_method::estimated_denominators_log);
  CHECK(with.companions.front().made == exact.made);
  CHECK(with.companions.front().flags == flag_set{flag::denominator_taken_as_exact});
}

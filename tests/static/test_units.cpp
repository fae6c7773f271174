// What the types refuse or promise, checked while compiling; the test cases run only so that each has a name.
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include <doctest/doctest.h>
#include <lfreval/types.hpp>

using namespace lfreval;

namespace {

template <class A, class B>
concept adds = requires(A a, B b) { a + b; };
template <class A, class B>
concept subtracts = requires(A a, B b) { a - b; };
template <class A, class B>
concept multiplies = requires(A a, B b) { a * b; };
template <class A, class B>
concept less_than = requires(A a, B b) { a < b; };
template <class A, class B>
concept equals = requires(A a, B b) { a == b; };

constexpr auto all_units = std::tuple<
    faces, passages, mated_passages, nonmated_passages, persons, alerts, true_alerts, false_alerts, unresolved_alerts,
    resolved_alerts, engagements, true_engagements, false_engagements, outcomes, nonmated_passages_with_alert,
    mated_passages_identified, mated_passages_missed, false_candidates, comparisons, false_matches, watchlist_images,
    watchlist_persons, seconds>{};

/// True when `holds` is true of every ordered pair of different units.
template <class Holds> consteval bool for_all_pairs(Holds holds) {
  return std::apply(
      [&](auto... first) {
        auto row = [&](auto a) {
          return std::apply([&](auto... second) { return ((std::same_as<decltype(a), decltype(second)> || holds(a, second)) && ...); },
                            all_units);
        };
        return (row(first) && ...);
      },
      all_units);
}

constexpr bool adds_to_resolved(unit a, unit b) { return a == unit::true_alerts && b == unit::false_alerts; }

} // namespace

TEST_CASE("M04: faces are not people: no unit divides by persons") {
  static_assert(divisible<false_alerts, faces>);
  static_assert(!divisible<false_alerts, persons>);
  static_assert(std::apply([](auto... events) { return (!divisible<decltype(events), persons> && ...); }, all_units));
}

TEST_CASE("M08, M09, M10, M16: only the right denominator divides") {
  static_assert(divisible<nonmated_passages_with_alert, nonmated_passages>);
  static_assert(!divisible<nonmated_passages_with_alert, passages>);
  static_assert(!divisible<false_alerts, nonmated_passages>);
  static_assert(!divisible<alerts, nonmated_passages>);
  static_assert(divisible<false_matches, comparisons>);
  static_assert(!divisible<false_matches, nonmated_passages>);
  static_assert(!divisible<false_matches, faces>);
  static_assert(divisible<false_alerts, resolved_alerts>);
  static_assert(!divisible<false_alerts, alerts>);
  static_assert(!divisible<faces, false_alerts>);
  static_assert(!divisible<faces, faces>);
  static_assert(!divisible<int, faces>);
}

TEST_CASE("counts of different units do not add, subtract, compare or convert") {
  static_assert(for_all_pairs([]<class A, class B>(A, B) {
    return adds<A, B> == adds_to_resolved(A::measured_in, B::measured_in) && !subtracts<A, B> && !less_than<A, B> &&
           !equals<A, B> && !std::convertible_to<A, B> && !std::constructible_from<B, A> && !std::assignable_from<B&, A>;
  }));
  static_assert(true_alerts{2} + false_alerts{3} == resolved_alerts{5});
  static_assert(faces{2} + faces{3} == faces{5} && faces{2} < faces{3});
}

TEST_CASE("a count is not a bare number") {
  static_assert(!std::convertible_to<int, faces> && !std::convertible_to<std::uint64_t, faces>);
  static_assert(!std::convertible_to<faces, std::uint64_t> && !std::convertible_to<faces, double>);
  static_assert(!multiplies<faces, double> && !adds<faces, int> && !equals<faces, int> && !less_than<faces, int>);
  static_assert(sizeof(faces) == sizeof(std::uint64_t) && std::is_trivially_copyable_v<faces>);
}

TEST_CASE("a tally keeps its integers and adds only to its own metric") {
  constexpr auto rate = false_alerts{7} / faces{8600};
  static_assert(rate.metric == metric_id::false_alerts_per_face);
  static_assert(rate.events() == false_alerts{7} && rate.exposure() == faces{8600});
  static_assert(rate + false_alerts{1} / faces{400} == false_alerts{8} / faces{9000});
  using other = tally<false_alerts, resolved_alerts>;
  static_assert(!adds<tally<false_alerts, faces>, other> && !equals<tally<false_alerts, faces>, other>);
  static_assert(!std::convertible_to<tally<false_alerts, faces>, double>);
}

TEST_CASE("M11: scores and thresholds are points on a scale: no sums, no products, no conversion to numbers") {
  static_assert(!adds<threshold, threshold> && !multiplies<threshold, double> && !adds<threshold, margin>);
  static_assert(!adds<score, score> && !subtracts<score, score>);
  static_assert(std::same_as<decltype(threshold{0.64F} - threshold{0.6F}), margin>);
  static_assert(!std::convertible_to<threshold, double> && !std::convertible_to<float, threshold>);
  static_assert(!std::convertible_to<score, threshold> && !std::constructible_from<threshold, score>);
}

TEST_CASE("M15: operational and published records never support a rate of misses") {
  for (source_kind kind : {source_kind::operational, source_kind::published}) {
    CHECK_FALSE(supports(kind, metric_id::true_positive_identification_rate));
    CHECK_FALSE(supports(kind, metric_id::false_negative_identification_rate));
    CHECK_FALSE(supports(kind, metric_id::false_positive_identification_rate));
  }
  static_assert(!supports(source_kind::operational, metric_id::true_positive_identification_rate));
  static_assert(supports(source_kind::seeded, metric_id::true_positive_identification_rate));
  static_assert(supports(source_kind::operational, metric_id::false_alerts_per_face));
  static_assert(!supports(source_kind::operational, metric_id::false_match_rate));
  static_assert(supports(source_kind::scores, metric_id::false_match_rate));
}

TEST_CASE("M49, M52: what the list is made of and what was found divide by different things, and officer time is no deployment time") {
  static_assert(divisible<listed_for_serious_offence, watchlist_persons> && !divisible<listed_for_serious_offence, true_alerts>);
  static_assert(divisible<serious_true_alerts, alerts_with_offence_grade> && !divisible<serious_true_alerts, watchlist_persons>);
  static_assert(divisible<outcomes, officer_seconds> && divisible<outcomes, seconds> && !adds<seconds, officer_seconds>);
  static_assert(!divisible<stale_true_alerts, false_alerts> && divisible<stale_true_alerts, true_alerts>);
}

TEST_CASE("registers are needed for what neither a log nor totals of deployments hold") {
  static_assert(needs_registers(metric_id::watchlist_encounter_rate) && needs_registers(metric_id::found_with_known_address));
  static_assert(!needs_registers(metric_id::outcomes_per_true_alert) && !needs_registers(metric_id::false_alerts_per_face));
}

TEST_CASE("the table of metric units is in the order of the ids, and no two metrics divide the same units") {
  static_assert([] {
    for (std::size_t i = 0; i < metric_count; ++i) {
      if (static_cast<std::size_t>(metric_units_table[i].id) != i) return false;
      for (std::size_t j = 0; j < i; ++j)
        if (metric_units_table[i].events == metric_units_table[j].events &&
            metric_units_table[i].exposure == metric_units_table[j].exposure)
          return false;
    }
    return static_cast<std::size_t>(metric_id::found_with_known_address) + 1 == metric_count;
  }());
  static_assert(printed_per(metric_id::false_alerts_per_hour) == 3600 && printed_per(metric_id::false_alerts_per_face) == 1);
}

TEST_CASE("M38: estimates, limits and numbers do not convert into one another") {
  static_assert(!std::convertible_to<estimate, double> && !std::convertible_to<limit, double>);
  static_assert(!std::convertible_to<double, estimate> && !std::convertible_to<double, limit>);
  static_assert(!equals<estimate, limit> && !equals<estimate, double> && !equals<limit, double>);
  static_assert(!multiplies<estimate, double> && !subtracts<estimate, estimate>);
}

TEST_CASE("a confidence is not a number, and an interval starts with the method's own confidence") {
  static_assert(!std::convertible_to<double, confidence> && !std::convertible_to<confidence, double>);
  static_assert(confidence{0.95} == confidence{0.95} && confidence{0.9}.alpha() > 0.09999);
  static_assert(interval{}.upper_unbounded() && interval{}.contains(1e300) && !interval{}.contains(-1e-300));
}

TEST_CASE("a result is not an estimable, and neither is a bare value") {
  static_assert(!std::convertible_to<result<int>, int> && !std::convertible_to<estimable<int>, int>);
  static_assert(!std::convertible_to<result<int>, estimable<int>> && !std::convertible_to<estimable<int>, result<int>>);
}

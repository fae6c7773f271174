/// @file
/// A tally is two integers whose division means something. The best-known wrong divisions fail to compile with a
/// sentence that says what was confused; every other undefined division fails with a general one.
#pragma once

#include <lfreval/types/metric.hpp>
#include <lfreval/types/unit.hpp>

namespace lfreval {

namespace detail {

/// Names the mistake, one `static_assert` each, so that the compiler prints the sentence.
template <class Events, class Exposure> constexpr void refuse_known_mistakes() {
  constexpr unit e = Events::measured_in, x = Exposure::measured_in;
  constexpr bool false_ones = e == unit::false_alerts || e == unit::false_engagements ||
                              e == unit::nonmated_passages_with_alert;
  static_assert(x != unit::persons,
                "lfreval M04: faces are not people: nobody counted persons, one person gives many faces; divide by faces");
  static_assert(!(false_ones && x == unit::passages),
                "lfreval M08: listed people do not belong in this denominator; divide by nonmated_passages");
  static_assert(!((e == unit::alerts || e == unit::false_alerts) && x == unit::nonmated_passages),
                "lfreval M09: one passage may raise several alerts; count nonmated_passages_with_alert");
  static_assert(!(e == unit::false_alerts && x == unit::alerts),
                "lfreval M16: unresolved alerts are neither true nor false; divide by resolved_alerts");
  static_assert(!(e == unit::false_matches && (x == unit::nonmated_passages || x == unit::faces)),
                "lfreval M10: a false match rate is per comparison, not per passage; an FPIR needs searches of the whole list");
}

} // namespace detail

/// Events over exposure, as integers; the only thing a rate can be made from. Tallies of the same metric add.
template <class Events, class Exposure> class tally {
  static_assert((detail::refuse_known_mistakes<Events, Exposure>(), true));
  static_assert(divisible<Events, Exposure>, "lfreval: no metric divides these units; see lfreval/types/metric.hpp");

public:
  static constexpr metric_id metric = metric_dividing(Events::measured_in, Exposure::measured_in).value();

  constexpr tally() noexcept = default;
  constexpr tally(Events events, Exposure exposure) noexcept : events_(events), exposure_(exposure) {}

  [[nodiscard]] constexpr Events events() const noexcept { return events_; }
  [[nodiscard]] constexpr Exposure exposure() const noexcept { return exposure_; }

  friend constexpr tally operator+(tally a, tally b) {
    return {a.events_ + b.events_, a.exposure_ + b.exposure_};
  }
  friend constexpr bool operator==(tally, tally) = default;

private:
  Events events_;
  Exposure exposure_;
};

/// `false_alerts{7} / faces{8600}` is a tally, not a number: it keeps its integers.
template <unit E, unit X> [[nodiscard]] constexpr auto operator/(count<E> events, count<X> exposure) {
  return tally<count<E>, count<X>>(events, exposure);
}

/// M03. There is no such thing on an open-set log: a system that never alerts scores 99.97 % when 120 of 383,356
/// passers were listed. Every call fails to compile and says so.
template <class... Anything> constexpr double accuracy(const Anything&...) {
  static_assert(sizeof...(Anything) > 1000,
                "lfreval M03: accuracy is not defined on an open-set log: a system that never alerts would score 99.97 %; "
                "use true_positive_identification_rate and false_positive_identification_rate");
  return 0.0;
}

/// M15. Fails to compile when records of `Kind` can never support `Metric`.
template <source_kind Kind, metric_id Metric> constexpr void require_supported() {
  static_assert(supports(Kind, Metric),
                "lfreval M15: operational records do not say who was missed; this metric needs seeded passages or score files");
}

} // namespace lfreval

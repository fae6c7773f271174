#include "report/sentences.hpp"

#include <cmath>

#include <lfreval/report/text.hpp>

namespace lfreval {

namespace {

/// Below ten, a percentage suggests a precision that the count does not have (M45).
constexpr std::uint64_t fewest_for_percent = 10;

std::string counted(std::uint64_t n, unit of, const std::string& outcome) {
  if (of == unit::outcomes) return grouped(n) + " recorded as \"" + outcome + "\"";
  return grouped(n) + " " + std::string(n == 1 ? singular(of) : to_string(of));
}

std::string hours(std::uint64_t seconds) {
  return significant(static_cast<double>(seconds) / 3600.0, seconds >= 360000 ? 5 : 4, rounding::nearest) + " hours";
}

} // namespace

std::string level_words(confidence level) {
  // 100 x 0.95 is not exactly 95 in binary; ten digits are more than anybody declares.
  std::string text = significant(100 * level.level(), 10, rounding::nearest);
  while (text.find('.') != std::string::npos && (text.back() == '0' || text.back() == '.')) {
    const bool point = text.back() == '.';
    text.pop_back();
    if (point) break;
  }
  return text + " %";
}

std::string percent_words(double share, rounding direction) { return significant(100.0 * share, 3, direction) + " %"; }

std::string rate_words(double point, const interval& made) {
  if (made.on == sides::two && point == 0 && made.upper <= 0.5) return "none seen, at most " + one_in(made.upper, rounding::up).value_or("1");
  if (made.upper <= 0.5 && point > 0) {
    const auto low = one_in(made.lower, rounding::down);
    return one_in(point, rounding::nearest).value_or("1") + " (" + (made.lower == 0 ? "from none" : low.value_or("")) + " to " +
           one_in(made.upper, rounding::up).value_or("") + ")";
  }
  return percent_words(point, rounding::nearest) + " (" + percent_words(made.lower, rounding::down) + " to " +
         percent_words(made.upper, rounding::up) + ")";
}

std::string hourly_words(double per_second, const interval& made) {
  const std::string upper = made.upper_unbounded() ? "no upper bound" : significant(made.upper * 3600, 3, rounding::up);
  return significant(per_second * 3600, 3, rounding::nearest) + " an hour (" + significant(made.lower * 3600, 3, rounding::down) + " to " + upper + ")";
}

std::string limit_words(const limit& l) {
  const metric_units& units = units_of(l.metric);
  if (units.exposure == unit::seconds)
    return significant(l.value() * 3600, 3, rounding::nearest) + " " + std::string(to_string(units.events)) + " an hour";
  return grouped(l.events) + " in " + grouped(l.exposure) + " " + std::string(to_string(units.exposure));
}

std::string sentence_for(const estimate& e, const std::string& outcome) {
  const metric_units& units = units_of(e.metric);
  const metric_description& words = describe(e.metric);
  const std::string events = counted(e.events, units.events, outcome);
  if (units.exposure == unit::seconds)
    return events + " in " + hours(e.exposure) + ": " + hourly_words(e.point, e.headline) + ".";
  std::string out = events + " in " + counted(e.exposure, units.exposure, "");
  if (words.family == metric_family::rate)
    return out + ": " + significant(e.point, 3, rounding::nearest) + " " + std::string(words.of_the) + " (" +
           significant(e.headline.lower, 3, rounding::down) + " to " +
           (e.headline.upper_unbounded() ? "no upper bound" : significant(e.headline.upper, 3, rounding::up)) + ").";
  if (e.exposure < fewest_for_percent)
    return out + "; too few for a percentage (" + percent_words(e.headline.lower, rounding::down) + " to " +
           percent_words(e.headline.upper, rounding::up) + " " + std::string(words.of_the) + " is not excluded).";
  return out + ": " + rate_words(e.point, e.headline) + " " + std::string(words.of_the) + ".";
}

std::string sentence_for(const ratio_value& r, metric_id metric, const std::string& of, const std::string& against) {
  const std::string name(describe(metric).name);
  const std::string upper = r.made.upper_unbounded() ? "no upper bound" : significant(r.made.upper, 3, rounding::up);
  const std::string range = significant(r.made.lower, 3, rounding::down) + " to " + upper;
  if (r.point == unbounded) return name + ": " + std::to_string(r.of.events) + " at " + of + ", none at " + against + "; ratio of at least " + range + ".";
  return name + " at " + of + " over those at " + against + ": ratio " + significant(r.point, 3, rounding::nearest) + " (" + range + ").";
}

std::string sentence_for(const quantity_value& q, const std::string& outcome) {
  const std::string per = q.per == unit::outcomes ? "one recorded as \"" + outcome + "\"" : "one " + std::string(singular(q.per));
  const std::string counted_unit(to_string(q.counted));
  const auto whole = [](double value, bool up) { return grouped(static_cast<std::uint64_t>(up ? std::ceil(value) : std::floor(value))); };
  if (q.point == unbounded) return "None in " + grouped(q.of.exposure) + " " + counted_unit + "; " + per + " takes more than " + whole(q.made.lower, false) + " " + counted_unit + ".";
  return grouped(static_cast<std::uint64_t>(std::llround(q.point))) + " " + counted_unit + " for " + per + " (" + whole(q.made.lower, false) + " to " +
         (q.made.upper_unbounded() ? std::string("no upper bound") : whole(q.made.upper, true)) + ").";
}

std::string sentence_for(const verdict_value& v) {
  const metric_units& units = units_of(v.declared.metric);
  const std::string limit_text = limit_words(v.declared);
  const bool per_hour = units.exposure == unit::seconds;
  const std::string seen = grouped(v.events) + " " + std::string(to_string(units.events)) + " in " +
                           (per_hour ? hours(v.exposure) : grouped(v.exposure) + " " + std::string(to_string(units.exposure)));
  const std::string direction = v.declared.direction == limit_direction::at_least ? "at least " : "at most ";
  std::string out = seen + " against " + direction + limit_text + ": ";
  switch (v.answer.outcome) {
    case verdict_outcome::met: out += "met"; break;
    case verdict_outcome::not_met: out += "not met"; break;
    case verdict_outcome::inconclusive: out += "inconclusive"; break;
    case verdict_outcome::not_measured: return direction + limit_text + ": not measured.";
  }
  const auto words = [&](double value, rounding toward) {
    if (per_hour) return significant(value * 3600, 3, toward) + " an hour";
    return one_in(value, toward).value_or(percent_words(value, toward));
  };
  const bool upward = v.declared.direction != limit_direction::at_least;
  const auto& unfavourable = v.answer.unfavourable;
  const auto& favourable = v.answer.favourable;
  if (v.answer.outcome == verdict_outcome::met && unfavourable)
    out += upward ? "; the rate is at most " + words(unfavourable->upper, rounding::up) : "; the rate is at least " + words(unfavourable->lower, rounding::down);
  if (v.answer.outcome == verdict_outcome::not_met && favourable)
    out += upward ? "; the rate is at least " + words(favourable->lower, rounding::down) : "; the rate is at most " + words(favourable->upper, rounding::up);
  if (v.answer.outcome == verdict_outcome::inconclusive && unfavourable && favourable)
    out += "; the rate may be anywhere from " + words(upward ? favourable->lower : unfavourable->lower, rounding::down) + " to " +
           words(upward ? unfavourable->upper : favourable->upper, rounding::up);
  if (unfavourable) out += " (one-sided " + level_words(unfavourable->level) + ")";
  return out + ".";
}

} // namespace lfreval

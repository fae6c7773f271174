#include "report/sentences.hpp"

#include <cmath>

#include <lfreval/report/text.hpp>
#include <lfreval/types/printable.hpp>

namespace lfreval {

namespace {

/// Below ten, a percentage suggests a precision that the count does not have (M45).
constexpr std::uint64_t fewest_for_percent = 10;
/// Above this, "1 in 7" is coarser than a percentage.
constexpr double largest_one_in = 0.1;
/// A lower limit below this says no more than that it is not zero.
constexpr double next_to_nothing = 1e-12;

/// A limit of a rate that is no share.
std::string plain_words(double value, rounding toward) {
  if (value == unbounded) return "no upper limit";
  if (value > 0 && value < next_to_nothing) return "next to none";
  return significant(value, 3, toward);
}

std::string hours(std::uint64_t seconds) {
  return significant(static_cast<double>(seconds) / 3600.0, seconds >= 360000 ? 5 : 4, rounding::nearest) + " hours";
}

std::string per_hour(unit of) { return of == unit::officer_seconds ? " an officer-hour" : " an hour"; }

std::string exposure_words(std::uint64_t n, unit of) {
  if (of == unit::officer_seconds) {
    std::string words = hours(n);
    return words.insert(words.rfind(' ') + 1, "officer-");
  }
  return of == unit::seconds ? hours(n) : counted_words(n, of, "");
}

/// `(1 in 40,747 to 1 in 10,725)`; percentages for both ends where one is large.
std::string limits_words(double lower, double upper) {
  if (upper <= largest_one_in) return "(" + share_words(lower, rounding::down) + " to " + share_words(upper, rounding::up) + ")";
  return "(" + (lower < next_to_nothing ? "next to none" : percent_words(lower, rounding::down)) + " to " + percent_words(upper, rounding::up) + ")";
}

/// A whole number of faces and the like, where doubles still hold whole numbers.
std::string whole_words(double value, rounding toward) {
  if (!(value <= static_cast<double>(largest_count))) return "no useful limit";
  const double whole = toward == rounding::up ? std::ceil(value) : toward == rounding::down ? std::floor(value) : std::round(value);
  return grouped(static_cast<std::uint64_t>(whole));
}

} // namespace

std::string counted_words(std::uint64_t n, unit of, const std::string& outcome) {
  if (of == unit::outcomes && !outcome.empty()) return grouped(n) + " recorded as \"" + printable(outcome) + "\"";
  return grouped(n) + " " + std::string(n == 1 ? singular(of) : to_string(of));
}

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

std::string percent_words(double share, rounding direction) {
  if (share == 0) return "0 %";
  if (share == 1) return "100 %";
  std::string text;
  // Less than all is never printed as all, unless a limit is rounded up to it.
  for (int digits = 3; digits <= 15; ++digits) {
    text = significant(100.0 * share, digits, direction);
    if (share > 1 || !text.starts_with("100")) return text + " %";
    if (direction == rounding::up) break;
  }
  return direction == rounding::up ? "100 %" : text + " %";
}

std::string share_words(double share, rounding direction) {
  if (share > 0 && share < next_to_nothing) return "next to none";
  if (share > largest_one_in) return percent_words(share, direction);
  return one_in(share, direction).value_or(percent_words(share, direction));
}

std::string rate_words(double point, const interval& made) {
  if (point == 0 && made.upper <= largest_one_in) return "none seen, at most " + share_words(made.upper, rounding::up);
  if (made.upper <= largest_one_in) return share_words(point, rounding::nearest) + " " + limits_words(made.lower, made.upper);
  return percent_words(point, rounding::nearest) + " " + limits_words(made.lower, made.upper);
}

std::string hourly_words(double per_second, const interval& made, unit of) {
  return significant(per_second * 3600, 3, rounding::nearest) + per_hour(of) + " (" + plain_words(made.lower * 3600, rounding::down) + " to " +
         plain_words(made.upper_unbounded() ? unbounded : made.upper * 3600, rounding::up) + ")";
}

std::string limit_words(const limit& l) {
  const metric_units& units = units_of(l.metric);
  if (is_time(units.exposure))
    return counted_words(l.events, units.events, "") + " in " + grouped(l.exposure / 3600) + (units.exposure == unit::officer_seconds ? " officer-hour" : " hour") + (l.exposure == 3600 ? "" : "s");
  return grouped(l.events) + " in " + counted_words(l.exposure, units.exposure, "");
}

std::string sentence_for(const estimate& e, const std::string& outcome) {
  const metric_units& units = units_of(e.metric);
  const metric_description& words = describe(e.metric);
  std::string out = counted_words(e.events, units.events, outcome) + " in " + exposure_words(e.exposure, units.exposure);
  if (is_time(units.exposure)) return out + ": " + hourly_words(e.point, e.headline, units.exposure) + ".";
  if (words.family == metric_family::rate)
    return out + ": " + significant(e.point, 3, rounding::nearest) + " " + std::string(words.of_the) + " (" + plain_words(e.headline.lower, rounding::down) + " to " +
           plain_words(e.headline.upper, rounding::up) + ").";
  if (e.exposure < fewest_for_percent) return out + ": too few for a percentage.";
  return out + ": " + rate_words(e.point, e.headline) + " " + std::string(words.of_the) + ".";
}

std::string sentence_for(const extremes& x, const std::string& outcome) {
  const metric_units& units = units_of(x.lowest.metric);
  std::string out = "Between " + grouped(x.lowest.events) + " in " + exposure_words(x.lowest.exposure, units.exposure) + " and " +
                    counted_words(x.highest.events, units.events, outcome) + " in " + exposure_words(x.highest.exposure, units.exposure) + ", because the figures of " +
                    counted_words(x.disputed, unit::deployments, "") + " contradict each other";
  if (is_time(units.exposure))
    return out + ": " + significant(x.lowest.point * 3600, 3, rounding::down) + " to " + significant(x.highest.point * 3600, 3, rounding::up) + per_hour(units.exposure) + "; limits " +
           plain_words(x.lowest.headline.lower * 3600, rounding::down) + " to " + plain_words(x.highest.headline.upper * 3600, rounding::up) + ".";
  if (describe(x.lowest.metric).family == metric_family::rate)
    return out + ": " + plain_words(x.lowest.point, rounding::down) + " to " + plain_words(x.highest.point, rounding::up) + " " + std::string(describe(x.lowest.metric).of_the) +
           "; limits " + plain_words(x.lowest.headline.lower, rounding::down) + " to " + plain_words(x.highest.headline.upper, rounding::up) + ".";
  if (x.highest.exposure < fewest_for_percent) return out + ": too few for a percentage.";
  return out + ": " + share_words(x.lowest.point, rounding::down) + " to " + share_words(x.highest.point, rounding::up) + " " +
         std::string(describe(x.lowest.metric).of_the) + " " + limits_words(x.lowest.headline.lower, x.highest.headline.upper) + ".";
}

std::string sentence_for(const ratio_value& r, metric_id metric, const std::string& of, const std::string& against) {
  const metric_units& units = units_of(metric);
  const std::string upper = r.made.upper_unbounded() ? "no upper limit" : significant(r.made.upper, 3, rounding::up);
  std::string out = counted_words(r.of.events, units.events, "") + " in " + exposure_words(r.of.exposure, units.exposure) + " at " + of + ", against " +
                    grouped(r.against.events) + " in " + grouped(r.against.exposure) + " at " + against + ": ";
  if (r.point == unbounded) return out + "ratio of at least " + significant(r.made.lower, 3, rounding::down) + ", no upper limit.";
  return out + "ratio " + significant(r.point, 3, rounding::nearest) + " (" + significant(r.made.lower, 3, rounding::down) + " to " + upper + ").";
}

std::string sentence_for(const quantity_value& q, const std::string& outcome) {
  const std::string per = q.per == unit::outcomes ? "one recorded as \"" + printable(outcome) + "\"" : "one " + std::string(singular(q.per));
  const std::string counted_unit(to_string(q.counted));
  if (q.point == unbounded)
    return "None in " + grouped(q.of.exposure) + " " + counted_unit + "; " + per + " takes more than " + whole_words(q.made.lower, rounding::down) + " " +
           (q.made.lower < 2 && q.made.lower >= 1 ? std::string(singular(q.counted)) : counted_unit) + ".";
  std::string range = whole_words(q.point, q.largest == q.point ? rounding::nearest : rounding::down);
  if (q.largest != q.point) range += " to " + whole_words(q.largest, rounding::up);
  return range + " " + (range == "1" ? std::string(singular(q.counted)) : counted_unit) + " for " + per + " (" + whole_words(q.made.lower, rounding::down) + " to " +
         (q.made.upper_unbounded() ? std::string("no upper limit") : whole_words(q.made.upper, rounding::up)) + ").";
}

std::string sentence_for(const verdict_value& v) {
  const metric_units& units = units_of(v.declared.metric);
  const bool hourly = is_time(units.exposure), upward = v.declared.direction != limit_direction::at_least;
  const std::string wanted = (upward ? "at most " : "at least ") + limit_words(v.declared);
  if (v.answer.outcome == verdict_outcome::not_measured) return std::string(describe(v.declared.metric).name) + ", " + wanted + ": not measured.";
  std::string outcome(to_string(v.answer.outcome));
  if (v.answer.outcome == verdict_outcome::not_met) outcome = "not met";
  std::string out = counted_words(v.events, units.events, v.outcome) + " in " + exposure_words(v.exposure, units.exposure) + " against " + wanted + ": " + outcome;
  const auto words = [&](double value, rounding toward) {
    if (!hourly && describe(v.declared.metric).family == metric_family::rate) return plain_words(value, toward) + " " + std::string(describe(v.declared.metric).of_the);
    if (!hourly) return share_words(value, toward);
    return value == unbounded ? std::string("any number") : plain_words(value * 3600, toward) + per_hour(units.exposure);
  };
  const auto& unfavourable = v.answer.unfavourable;
  const auto& favourable = v.answer.favourable;
  const std::string level = unfavourable ? level_words(unfavourable->level) : "";
  const auto at_most = [&](const interval& i) { return "at most " + words(i.upper, rounding::up); };
  const auto at_least = [&](const interval& i) { return "at least " + words(i.lower, rounding::down); };
  if (v.answer.outcome == verdict_outcome::met && unfavourable) out += "; the rate is " + (upward ? at_most(*unfavourable) : at_least(*unfavourable)) + " (one-sided " + level + ")";
  if (v.answer.outcome == verdict_outcome::not_met && favourable) out += "; the rate is " + (upward ? at_least(*favourable) : at_most(*favourable)) + " (one-sided " + level + ")";
  if (v.answer.outcome == verdict_outcome::inconclusive && unfavourable && favourable)
    out += "; the rate is " + ((upward ? *favourable : *unfavourable).lower < next_to_nothing ? std::string() : at_least(upward ? *favourable : *unfavourable) + " and ") + at_most(upward ? *unfavourable : *favourable) + " (each one-sided, " + level + ")";
  if (v.unresolved != 0) out += "; " + counted_words(v.unresolved, unit::unresolved_alerts, "") + " taken either way";
  return out + ".";
}

std::string how_made(const finding& f, flag_set& explained) {
  std::string out;
  const auto* one = std::get_if<estimate>(&f.value);
  const auto* two = std::get_if<extremes>(&f.value);
  if (const estimate* e = one != nullptr ? one : two != nullptr ? &two->highest : nullptr) {
    out = to_string(e->headline.method);
    if (e->clusters.design_effect) out += ", design effect " + significant(*e->clusters.design_effect, 3, rounding::nearest);
  }
  for (const flag each : f.flags.list()) {
    out += (out.empty() ? "" : " ") + std::string(to_string(each));
    explained |= each;
  }
  return "[" + out + "]";
}

} // namespace lfreval

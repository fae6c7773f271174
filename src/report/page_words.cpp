#include "report/page_words.hpp"

#include <algorithm>
#include <cmath>

#include <lfreval/types/metric.hpp>

#include "report/fields.hpp"

namespace lfreval::page {

namespace {

using fields::axis;
using fields::count;
using fields::ends;
using fields::limits;
using fields::number;
using fields::part;
using fields::text;

/// Above this, "1 in 7" is coarser than a percentage.
constexpr double largest_one_in = 0.1;
/// A limit below this says no more than that it is not zero.
constexpr double next_to_nothing = 1e-12;
/// Below ten, a percentage suggests a precision that the count does not have (M45).
constexpr std::uint64_t fewest_for_percent = 10;

rounding opposite(rounding toward) { return toward == rounding::up ? rounding::down : toward == rounding::down ? rounding::up : rounding::nearest; }

double rounded(double value, rounding toward) {
  return toward == rounding::up ? std::ceil(value) : toward == rounding::down ? std::floor(value) : std::round(value);
}

/// A whole number to three digits: 346,366 as 346,000.
std::string whole(double value, rounding toward) {
  if (!(value < 1e15)) return "no useful limit";
  double unit = 1;
  while (value / unit >= 1000) unit *= 10;
  double quotient = value / unit;
  // 4,000 divided by ten is 400 exactly; what is left of other divisions must not turn 346 into 347.
  if (std::abs(quotient - std::round(quotient)) < 1e-9 * quotient) quotient = std::round(quotient);
  return grouped(static_cast<std::uint64_t>(rounded(quotient, toward) * unit));
}

std::string plain_number(double value, rounding toward) {
  if (value == unbounded) return "no upper limit";
  if (value > 0 && value < next_to_nothing) return "next to none";
  return significant(value, 3, toward);
}

std::string per_hour(double rate, rounding toward) {
  if (rate == unbounded) return "any number an hour";
  if (rate < next_to_nothing) return "none";
  if (rate >= 1) return plain_number(rate, toward) + " an hour";
  return "one every " + plain_number(1 / rate, opposite(toward)) + " hours";
}

/// 0.95 as `95`.
std::string percent_of(double share) {
  std::string words = significant(100 * share, 6, rounding::nearest);
  while (words.find('.') != std::string::npos && (words.back() == '0' || words.back() == '.')) words.pop_back();
  return words;
}

std::optional<metric_id> metric_of(const json_document& finding) { return metric_from_key(text(finding, "metric")); }

bool is_hourly(const json_document& finding) { return text(finding, "per") == "hour" || text(part(finding, "lowest"), "per") == "hour"; }

bool is_share(const json_document& finding) {
  const auto metric = metric_of(finding);
  return metric && !is_hourly(finding) && describe(*metric).family == metric_family::share;
}

std::string spaced(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

/// How values of this finding are worded.
struct wording {
  bool share = false, hourly = false, percent = false, whole_units = false;

  std::string operator()(double value, rounding toward) const {
    if (hourly) return per_hour(value, toward);
    if (share) return about(value, toward, percent);
    if (whole_units) return value == unbounded ? "no upper limit" : whole(value, toward);
    return plain_number(value, toward);
  }
};

/// ` of the faces seen`: the words that keep the denominator in every sentence (M02).
std::string of_the(const json_document& finding) {
  const auto metric = metric_of(finding);
  return metric && !is_hourly(finding) ? " " + std::string(describe(*metric).of_the) : std::string();
}

std::string between(const wording& words, const ends& range, const std::string& more) {
  if (range.upper == unbounded) return "at least " + words(range.lower, rounding::down) + more + ", no upper limit";
  const bool from_nothing = range.lower < next_to_nothing && (words.share || words.hourly);
  if (from_nothing) return "at most " + words(range.upper, rounding::up) + more;
  return "between " + words(range.lower, rounding::down) + " and " + words(range.upper, rounding::up) + more;
}

std::string counted(const json_document& tally) {
  const auto n = count(tally, "n");
  return n ? grouped(*n) + " " + text(tally, "unit") : std::string();
}

std::string plain_rate(const json_document& finding) {
  const auto range = limits(part(finding, "interval"));
  const auto point = number(finding, "estimate");
  const auto exposure = count(part(finding, "exposure"), "n"), events = count(part(finding, "events"), "n");
  if (!range || !point) return "";
  const wording words{is_share(finding), is_hourly(finding), range->upper > largest_one_in, false};
  const std::string more = of_the(finding);
  if (words.share && exposure && *exposure < fewest_for_percent)
    return counted(part(finding, "events")) + " in " + counted(part(finding, "exposure")) + "; too few for a percentage";
  if (events && *events == 0) {
    const std::string none = words.hourly ? "none in the hours on record" : "none in " + counted(part(finding, "exposure"));
    return none + "; the records allow " + between(words, *range, more);
  }
  return "about " + words(*point, rounding::nearest) + more + "; " + between(words, *range, "");
}

std::string plain_extremes(const json_document& finding) {
  const json_document &lowest = part(finding, "lowest"), &highest = part(finding, "highest");
  const auto least = number(lowest, "estimate"), most = number(highest, "estimate");
  const auto low = limits(part(lowest, "interval")), high = limits(part(highest, "interval"));
  if (!least || !most || !low || !high) return "";
  const wording words{is_share(finding), is_hourly(finding), high->upper > largest_one_in, false};
  const std::string first = words(*least, rounding::down), last = words(*most, rounding::up);
  return (first == last ? "about " + first : first + " to " + last) + of_the(finding) + ", as some rows contradict themselves; with chance, " + between(words, {low->lower, high->upper}, "");
}

/// Faces per outcome are many; outcomes per engagement are a fraction.
bool counts_whole_things(const json_document& finding) {
  return part(finding, "exposure").is_object() && !text(finding, "unit").starts_with("outcomes per");
}

std::string plain_quantity(const json_document& finding) {
  const auto range = limits(part(finding, "interval"));
  const std::string unit = text(finding, "unit");
  const auto point = number(finding, "estimate");
  const wording words{false, false, false, counts_whole_things(finding)};
  if (!range) return "";
  if (!point) return "none on record; " + between(words, *range, " " + unit);
  const auto largest = number(finding, "largest_estimate");
  std::string out = "about " + words(*point, rounding::nearest);
  if (largest) out = "about " + words(*point, rounding::down) + " to " + words(*largest, rounding::up);
  return out + " " + unit + "; " + between(words, *range, "");
}

} // namespace

std::string about(double share, rounding toward, bool as_percent) {
  if (share < next_to_nothing) return "none";
  if (as_percent || share > largest_one_in) return significant(100 * share, 3, toward) + " %";
  return "1 in " + whole(1 / share, opposite(toward));
}

std::string plural(std::uint64_t n, const std::string& one, const std::string& many) { return grouped(n) + " " + (n == 1 ? one : many); }

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string plain_words(const json_document& finding) {
  const std::string kind = text(finding, "kind");
  const std::string status = text(finding, "status");
  if (status == "refused" || status == "not_measured" || status == "not_estimable") return "";
  if (kind == "rate") return part(finding, "lowest").is_object() ? plain_extremes(finding) : plain_rate(finding);
  if (kind == "quantity") return plain_quantity(finding);
  const auto range = limits(part(finding, "interval"));
  const auto point = number(finding, "estimate");
  if (kind == "ratio" && range) {
    const wording words;
    return (point ? "about " + words(*point, rounding::nearest) + " times as many" : std::string("more by an unknown factor")) + "; " + between(words, *range, " times");
  }
  if (kind == "difference" && range && point) {
    const auto points = [](double value, rounding toward) { return significant(100 * value, 3, toward); };
    return "a difference of about " + points(*point, rounding::nearest) + " percentage points; between " + points(range->lower, rounding::down) + " and " + points(range->upper, rounding::up);
  }
  if (kind == "projection" && range) {
    const wording words{is_share(finding), is_hourly(finding), range->upper > largest_one_in, false};
    return (point ? "about " + words(*point, rounding::nearest) + of_the(finding) + " if the assumption holds; " : std::string("if the assumption holds, ")) + between(words, *range, point ? "" : of_the(finding));
  }
  if (kind == "count") return counted(part(finding, "events"));
  return "";
}

std::string title_of(const json_document& finding) {
  const auto metric = metric_of(finding);
  std::string out = capital(metric ? std::string(describe(*metric).name) : spaced(text(finding, "metric")));
  if (const auto outcome = axis(finding, "outcome")) out += ": \"" + spaced(*outcome) + "\"";
  return out;
}

std::string place_of(const json_document& finding) {
  std::string out, against;
  const json_document& axes = part(finding, "axes");
  if (!axes.is_object()) return out;
  for (const auto& [name, value] : axes.items()) {
    if (name == "outcome" || name == "limit" || !value.is_string()) continue;
    const std::string held = value.get<std::string>();
    std::string words = spaced(name) + " " + spaced(held);
    if (name == "scope") words = held == "all" ? "all deployments together" : spaced(held);
    else if (held.empty()) words = spaced(name) + " not published";
    else if (name == "year" || name == "site" || name == "deployment" || name == "claim") words = held;
    else if (name == "watchlist" && held == "lists_of_this_kind") words = "for watchlists of this kind";
    else if (name == "in_every") {
      // Beside the label of a group its axis says enough.
      if (axes.contains(held.substr(0, held.find(" and ")))) continue;
      words = "every group of " + spaced(held);
    } else if (name == "projected_from") words = "projected from " + spaced(held);
    if (name == "against") { against = (held.empty() ? "against a threshold not published" : "against " + held); continue; }
    out += (out.empty() ? "" : ", ") + words;
  }
  return out.empty() || against.empty() ? out + against : out + " " + against;
}

value_cells cells_of(const json_document& finding) {
  value_cells out;
  const std::string kind = text(finding, "kind");
  const auto tally_cells = [&](const json_document& tally) {
    if (const auto n = count(part(tally, "events"), "n")) out.events = grouped(*n);
    if (const auto n = count(part(tally, "exposure"), "n")) out.exposure = grouped(*n);
  };
  const bool one_of_two = kind == "ratio" || kind == "difference";
  tally_cells(one_of_two ? part(finding, kind == "ratio" ? "of" : "first") : finding);
  const bool extremes = part(finding, "lowest").is_object();
  const json_document& low = extremes ? part(finding, "lowest") : finding;
  const json_document& high = extremes ? part(finding, "highest") : finding;
  const auto lower = limits(part(low, "interval")), upper = limits(part(high, "interval"));
  wording words{is_share(finding) && !one_of_two, is_hourly(finding), false, kind == "quantity" && counts_whole_things(finding)};
  if (kind == "verdict") {
    const json_document& bound = part(finding, "unfavourable_bound");
    if (const auto range = limits(bound)) {
      if (text(bound, "side") == "upper") out.upper = words(range->upper, rounding::up);
      else out.lower = words(range->lower, rounding::down);
    }
    out.value = verdict_words(text(finding, "verdict"));
    return out;
  }
  if (!lower || !upper) return out;
  const bool certain_zero = !extremes && words.share && lower->lower < next_to_nothing;
  out.lower = certain_zero ? "none" : words(lower->lower, rounding::down);
  out.upper = words(upper->upper, rounding::up);
  const auto first = number(low, "estimate"), last = number(high, "estimate");
  if (extremes && first && last) {
    tally_cells(high);
    out.value = words(*first, rounding::down) + " to " + words(*last, rounding::up);
  } else if (first) out.value = words(*first, rounding::nearest);
  return out;
}

std::string how_made(const json_document& finding) {
  const json_document& one = part(finding, "highest").is_object() ? part(finding, "highest") : finding;
  const json_document& made = part(one, "interval").is_object() ? part(one, "interval") : part(one, "unfavourable_bound");
  std::string out;
  const auto add = [&](const std::string& words) { out += (out.empty() ? "" : "; ") + words; };
  if (const auto level = number(made, "confidence"))
    add(percent_of(*level) + " %" + (count(made, "sides") == 1 ? ", one-sided" : "") + ", method " + text(made, "method"));
  const json_document& clusters = part(one, "clusters");
  if (const auto n = count(clusters, "n")) {
    const auto with = count(clusters, "with_events");
    add(grouped(*n) + " " + text(clusters, "unit") + (*n == 1 ? "" : "s") + (with ? ", " + grouped(*with) + " with events" : ""));
  }
  if (const auto effect = number(clusters, "design_effect")) add("design effect " + significant(*effect, 3, rounding::nearest));
  for (const json_document& other : part(one, "companions")) {
    const auto range = limits(other);
    if (!range) continue;
    const wording words{is_share(finding) && text(finding, "kind") == "rate", is_hourly(finding), range->upper > largest_one_in, false};
    add(text(other, "method") + " " + words(range->lower, rounding::down) + " to " + words(range->upper, rounding::up));
  }
  return out;
}

std::vector<std::string> reservations(const json_document& finding) {
  std::vector<std::string> out;
  const json_document& labels = part(finding, "label_bounds");
  const auto unresolved = count(labels, "unresolved"), fewest = count(labels, "fewest"), most = count(labels, "most");
  const auto lower = number(labels, "lower_limit");
  const auto upper = number(labels, "upper_limit");
  if (unresolved && fewest && most && lower) {
    const wording words{is_share(finding), is_hourly(finding), upper && *upper > largest_one_in, false};
    out.push_back(grouped(*unresolved) + (*unresolved == 1 ? " alert was never resolved; taken" : " alerts were never resolved; taken") + " either way they make " + grouped(*fewest) + " to " + grouped(*most) + ": " +
                  between(words, {*lower, upper.value_or(unbounded)}, "") + ".");
  }
  for (const json_document& off : part(finding, "if_exposure_is_miscounted")) {
    const auto range = limits(off);
    const auto percent = count(off, "percent");
    if (!range || !percent) continue;
    const wording words{is_share(finding), is_hourly(finding), range->upper > largest_one_in, false};
    out.push_back("If the number of " + text(part(finding, "exposure"), "unit") + " were off by " + grouped(*percent) + " %: " + between(words, *range, "") + ".");
  }
  const json_document& spread = part(finding, "heterogeneity");
  if (const auto phi = number(spread, "dispersion")) {
    std::string words = "Between deployments: dispersion " + significant(*phi, 3, rounding::nearest) + " (1 is chance)";
    const json_document& next = part(spread, "next_deployment");
    const auto exposure = count(next, "exposure");
    if (const auto range = limits(part(next, "events")); range && exposure && range->upper != unbounded)
      words += "; in the next deployment of " + grouped(*exposure) + " one would expect " + grouped(static_cast<std::uint64_t>(std::floor(range->lower))) + " to " + grouped(static_cast<std::uint64_t>(std::ceil(std::min(range->upper, 1e15))));
    const json_document& outside = part(spread, "outside_the_funnel");
    if (outside.is_array() && !outside.empty()) words += "; " + grouped(outside.size()) + (outside.size() == 1 ? " deployment lies" : " deployments lie") + " outside the funnel of all these";
    out.push_back(words + ".");
  }
  if (const auto n = count(finding, "deployments_not_recording")) out.push_back(grouped(*n) + (*n == 1 ? " deployment does" : " deployments do") + " not record what this needs.");
  if (const auto n = count(finding, "deployments_not_adding_up")) out.push_back(grouped(*n) + (*n == 1 ? " deployment does" : " deployments do") + " not add up; see the quality of the records.");
  const json_document& undefined = part(finding, "undefined");
  if (undefined.is_object() && text(finding, "sentence").find(text(undefined, "remedy")) == std::string::npos) out.push_back(text(undefined, "remedy"));
  return out;
}

std::string verdict_words(const std::string& verdict) {
  if (verdict == "met") return "Met";
  if (verdict == "not_met") return "Not met";
  if (verdict == "inconclusive") return "Not decided by the data";
  if (verdict == "not_measured") return "Not measured";
  return capital(spaced(verdict));
}

std::string limit_title(const json_document& finding) {
  const json_document& limit = part(finding, "limit");
  const bool at_most = part(limit, "at_most").is_object();
  const json_document& of = part(limit, at_most ? "at_most" : "at_least");
  const auto events = count(of, "events"), exposure = count(of, "exposure");
  std::string words = at_most ? "at most " : "at least ";
  words += events && exposure ? grouped(*events) + " in " + grouped(*exposure) : std::string("a limit");
  const std::string unit = text(part(finding, "exposure"), "unit");
  if (text(finding, "per") == "hour") words += exposure && *exposure == 1 ? " hour" : " hours";
  else if (!unit.empty()) words += " " + unit;
  if (const std::string every = text(limit, "in_every"); !every.empty()) words += " in every group of " + spaced(every);
  return title_of(finding) + ": " + words;
}

} // namespace lfreval::page

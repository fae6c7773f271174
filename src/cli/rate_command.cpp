#include "cli/commands.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>

#include <lfreval/intervals.hpp>
#include <lfreval/report/text.hpp>
#include <lfreval/study/keys.hpp>
#include <lfreval/types/metric.hpp>
#include <lfreval/types/number.hpp>

#include "report/sentences.hpp"
#include "report/wrap.hpp"

namespace lfreval::cli {

namespace {

std::uint64_t count_or_throw(const std::string& text, const char* what) {
  const auto value = parse_count(text);
  if (!value) throw std::invalid_argument(std::string(what) + ": \"" + text + "\"; allowed: a whole number from 0 to 2^52, without separators");
  return *value;
}

std::pair<std::uint64_t, std::uint64_t> fraction_or_throw(const std::string& text, const char* what) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos)
    throw std::invalid_argument(std::string(what) + ": \"" + text + "\"; allowed: two whole numbers as 1/1000, never a bare rate or a percentage");
  return {count_or_throw(text.substr(0, slash), what), count_or_throw(text.substr(slash + 1), what)};
}

/// `false-alerts` for the unit printed as "false alerts".
std::string option_name(unit u) {
  std::string out(u == unit::seconds ? "hours" : u == unit::officer_seconds ? "officer-hours" : to_string(u));
  if (u == unit::nonmated_passages) out = "nonmated-passages";
  std::replace(out.begin(), out.end(), ' ', '-');
  return out;
}

metric_id chosen_metric(const rate_arguments& a) {
  std::vector<std::string> exposures;
  std::string choices;
  for (const metric_units& row : metric_units_table) {
    const std::string exposure = option_name(row.exposure);
    if (std::find(exposures.begin(), exposures.end(), exposure) == exposures.end()) exposures.push_back(exposure);
    if (exposure != a.unit) continue;
    const std::string events = option_name(row.events);
    if (a.of.empty() || a.of == events) return row.id;
    choices += (choices.empty() ? "" : ", ") + events;
  }
  if (!choices.empty())
    throw std::invalid_argument("--of: \"" + a.of + "\"; no metric divides it by " + a.unit + "; allowed: " + choices);
  std::string all;
  for (const std::string& one : exposures) all += (all.empty() ? "" : ", ") + one;
  const std::string near = nearest(a.unit, exposures);
  std::string also;
  if (a.unit == "persons" || a.unit == "people") also = " Faces are not people: nobody counted persons, and one person gives many faces (M04).";
  throw std::invalid_argument("--unit: \"" + a.unit + "\"; allowed: " + (near.empty() ? "" : "did you mean " + near + "? ") + all + "." + also);
}

void print_interval(const std::string& name, const estimable<interval>& made, bool hourly, const char* remark) {
  if (!made) { std::cout << "  " << padded(name, 24) << "undefined: " << made.error().remedy << "\n"; return; }
  const double scale = hourly ? 3600 : 1;
  const auto number = [&](double value, rounding toward) { return value == unbounded ? std::string("unbounded") : significant(value * scale, 4, toward); };
  std::string line = "  " + padded(name, 24) + padded(number(made->lower, rounding::down) + " to " + number(made->upper, rounding::up), 28);
  if (!hourly && made->upper <= 0.5) {
    const auto low = one_in(made->lower, rounding::down), high = one_in(made->upper, rounding::up);
    line += padded((made->lower == 0 ? std::string("none") : low.value_or("")) + " to " + high.value_or(""), 34);
  }
  std::cout << line << remark << "\n";
}

void print_limit(const rate_arguments& a, metric_id metric, const cluster_tally& counted, confidence level) {
  limit declared;
  declared.metric = metric;
  declared.direction = describe(metric).direction == limit_direction::at_least ? limit_direction::at_least : limit_direction::at_most;
  const auto [events, exposure] = fraction_or_throw(a.limit, "--limit");
  const bool hourly = is_time(units_of(metric).exposure);
  if (exposure == 0 || (describe(metric).family == metric_family::share && events > exposure)) throw std::invalid_argument("--limit: \"" + a.limit + "\"; allowed: an exposure of at least 1 and at least the events");
  declared.events = events;
  declared.exposure = exposure * (hourly ? 3600 : 1);
  verdict_value v;
  v.declared = declared;
  v.events = counted.events;
  v.exposure = counted.exposure;
  v.answer = judge(declared, std::span<const cluster_tally>(&counted, 1), level);
  std::string outcome(to_string(v.answer.outcome));
  std::replace(outcome.begin(), outcome.end(), '_', ' ');
  if (describe(metric).direction == limit_direction::none) std::cout << "\nNo direction is usual for this metric; the limit is taken from above.";
  std::cout << "\nLimit: " << (declared.direction == limit_direction::at_least ? "at least " : "at most ") << limit_words(declared) << "\n  Verdict: " << outcome << "\n" << paragraph(sentence_for(v), 2);
  const std::string exposure_unit(units_of(metric).exposure == unit::officer_seconds ? "officer-hours" : hourly ? "hours" : to_string(units_of(metric).exposure));
  const std::uint64_t scale = hourly ? 3600 : 1;
  if (v.answer.exposure_to_decide)
    std::cout << "  The same rate would decide at about " << grouped((*v.answer.exposure_to_decide + scale - 1) / scale) << " " << exposure_unit << ".\n";
  if (v.answer.exposure_without_events)
    std::cout << "  Without one more event the limit would be met at " << grouped((*v.answer.exposure_without_events + scale - 1) / scale) << " " << exposure_unit << ".\n";
  std::cout << "  The verdict uses a one-sided bound, with all of the allowed error on the side that matters.\n";
}

int print_ratio(const rate_arguments& a, confidence level) {
  const auto [x1, t1] = fraction_or_throw(a.events, "first rate");
  const auto [x2, t2] = fraction_or_throw(a.exposure, "second rate");
  const metric_id metric = chosen_metric(a);
  const bool share = describe(metric).family == metric_family::share;
  if (share && (x1 > t1 || x2 > t2)) throw std::invalid_argument("a share cannot have more events than exposure");
  const std::string of(to_string(units_of(metric).events)), per(a.unit);
  std::cout << grouped(x1) << " in " << grouped(t1) << " against " << grouped(x2) << " in " << grouped(t2) << " (" << of << " per " << (units_of(metric).exposure == unit::officer_seconds ? "officer-hour" : units_of(metric).exposure == unit::seconds ? "hour" : singular(units_of(metric).exposure)) << ")\n\n";
  const auto print = [&](const std::string& name, const estimable<rate_ratio_estimate>& r, const char* remark) {
    if (!r) { std::cout << "  " << padded(name, 24) << "undefined (" << to_string(r.error().reason) << "): " << r.error().remedy << "\n"; return; }
    const auto number = [](double value, rounding toward) { return value == unbounded ? std::string("unbounded") : significant(value, 4, toward); };
    std::cout << "  " << padded(name, 24) << padded(number(r->point, rounding::nearest), 12)
              << padded(number(r->limits.lower, rounding::down) + " to " + number(r->limits.upper, rounding::up), 26) << remark << "\n";
  };
  const auto a1 = static_cast<double>(t1), a2 = static_cast<double>(t2);
  std::cout << "  " << padded("method", 24) << padded("ratio", 12) << padded(level_words(level) + " interval", 26) << "\n";
  print("conditional exact", rate_ratio::conditional_exact(x1, a1, x2, a2, level), "guaranteed; the one to quote");
  print("conditional mid-P", rate_ratio::midp(x1, a1, x2, a2, level), "less cautious; point is median-unbiased");
  print("conditional score", rate_ratio::score(x1, a1, x2, a2, level), "for description");
  print("Bayes, Jeffreys prior", rate_ratio::bayes_gamma(x1, a1, x2, a2, level), "posterior median and range");
  std::cout << "\nWhat this cannot show\n"
            << paragraph("It takes each event as unrelated to the next: deployments that differ, or people who pass often, make the true interval wider.", 2)
            << paragraph("It does not say why the rates differ. Compare only like with like: threshold, system version, watchlist size, the rule by which faces were counted, "
                         "and who said which alerts were true.", 2);
  return done;
}

} // namespace

int print_rate(const rate_arguments& a) {
  const confidence level = confidence::checked(a.confidence);
  const bool first = a.events.find('/') != std::string::npos, second = a.exposure.find('/') != std::string::npos;
  if (first != second) throw std::invalid_argument("rate takes EVENTS EXPOSURE, or A/N B/M for a ratio");
  if (first) {
    if (!a.limit.empty()) throw std::invalid_argument("--limit holds one rate against a limit, not a ratio");
    return print_ratio(a, level);
  }

  const metric_id metric = chosen_metric(a);
  const metric_description& words = describe(metric);
  const bool hourly = is_time(units_of(metric).exposure);
  const std::uint64_t x = count_or_throw(a.events, "events"), given = count_or_throw(a.exposure, "exposure");
  if (hourly && given > largest_count / 3600) throw std::invalid_argument("exposure: \"" + a.exposure + "\"; allowed: at most 2^52 seconds");
  if (!a.limit.empty()) fraction_or_throw(a.limit, "--limit"); // before anything is printed
  const std::uint64_t n = hourly ? given * 3600 : given;
  if (words.family == metric_family::share && x > n)
    throw std::invalid_argument("events: \"" + a.events + "\"; allowed: at most the exposure, " + a.exposure + ": each of the " + std::string(to_string(units_of(metric).exposure)) + " can end in it once");
  if (x > 0 && n == 0) throw std::invalid_argument("exposure: \"0\"; allowed: more than 0 where there are events");

  const cluster_tally counted{x, n};
  std::cout << words.name << " (" << words.key << ")\n  " << words.meaning << "\n\n";
  const auto made = estimate_rate(metric, std::span<const cluster_tally>(&counted, 1), level);
  if (!made) {
    std::cout << "  undefined (" << to_string(made.error().reason) << "): " << made.error().remedy << "\n";
    if (!a.limit.empty()) std::cout << "  Verdict: not measured\n";
    return done;
  }
  std::cout << paragraph(sentence_for(*made, "outcome"), 2) << "\n";
  const std::string percent = level_words(level);
  std::cout << "  " << padded("two-sided, " + percent, 24) << "limits, rounded outward\n";
  if (words.family == metric_family::share) {
    print_interval("Clopper-Pearson", binomial::clopper_pearson(x, n, level), false, "guaranteed; the one to quote");
    print_interval("mid-P", binomial::midp(x, n, level), false, "less cautious");
    print_interval("Wilson", binomial::wilson(x, n, level), false, "for description");
    print_interval("Wilson, corrected", binomial::wilson_cc(x, n, level), false, "for description");
    print_interval("Jeffreys", binomial::jeffreys(x, n, level), false, "for description");
    print_interval("Agresti-Coull", binomial::agresti_coull(x, n, level), false, "for description");
    print_interval("upper bound, one-sided", binomial::clopper_pearson(x, n, level, sides::upper), false, "all error above");
    print_interval("lower bound, one-sided", binomial::clopper_pearson(x, n, level, sides::lower), false, "all error below");
  } else {
    const auto t = static_cast<double>(n);
    print_interval("Garwood", poisson::garwood(x, t, level), hourly, "guaranteed; the one to quote");
    print_interval("mid-P", poisson::midp(x, t, level), hourly, "less cautious");
    print_interval("score", poisson::score(x, t, level), hourly, "for description");
    print_interval("Jeffreys", poisson::jeffreys(x, t, level), hourly, "for description");
    print_interval("upper bound, one-sided", poisson::garwood(x, t, level, sides::upper), hourly, "all error above");
    print_interval("lower bound, one-sided", poisson::garwood(x, t, level, sides::lower), hourly, "all error below");
  }
  if (!a.limit.empty()) print_limit(a, metric, counted, level);

  std::cout << "\nWhat this cannot show\n" << paragraph(words.cannot_show, 2)
            << paragraph("These intervals take each of the " + std::string(hourly ? "events" : to_string(units_of(metric).exposure)) +
                             " as unrelated to the next. Several deployments, or people who pass often, need `lfreval evaluate`, which allows for their differences and gives a wider interval.",
                         2);
  if (x == 0) std::cout << "  No event is not a rate of zero: the upper bound is the finding.\n";
  else if (x < 30) std::cout << "  Fewer than 30 events: what is known is the interval, not the single figure.\n";
  return done;
}

} // namespace lfreval::cli

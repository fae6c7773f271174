// What a publisher's habits show: printed rates, printed dates, numbering, copies, rounding.
#include "quality/checks.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <lfreval/quality/cells.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>

#include "quality/printed_digits.hpp"

namespace lfreval {

namespace {

std::string n(std::uint64_t value) { return std::to_string(value); }

std::optional<calendar_date> parse_printed(const std::string& text, const std::string& format) {
  std::string d, m, y;
  if (format.size() != text.size()) return std::nullopt;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == 'd') d += text[i];
    else if (format[i] == 'm') m += text[i];
    else if (format[i] == 'y') y += text[i];
    else if (format[i] != text[i]) return std::nullopt;
  }
  if (y.size() == 2) y = "20" + y;
  return parse_iso_date(y + "-" + m + "-" + d);
}

/// `mps-2023-` and 113, for identifiers that end in a running number.
std::pair<std::string, std::optional<std::uint64_t>> split_number(const std::string& id) {
  std::size_t from = id.size();
  while (from > 0 && id[from - 1] >= '0' && id[from - 1] <= '9') --from;
  return {id.substr(0, from), parse_count(id.substr(from))};
}

std::string day_of(const deployment_record* r) { return r != nullptr && r->date ? to_iso(*r->date) : "none"; }

} // namespace

record_check check_complete(const deployment_series& series) {
  record_check out = started("deployments_complete", "every authorised deployment has its figures", "M65", check_severity::note);
  for (const deployment_record& r : series.records) {
    ++out.examined;
    std::string missing;
    const auto need = [&](bool present, const char* what) { if (!present) missing += (missing.empty() ? "" : ", ") + std::string(what); };
    need(r.faces.has_value(), "faces");
    need(r.alerts.has_value(), "alerts");
    need(r.true_alerts().has_value(), "true alerts");
    need(r.false_alerts().has_value(), "false alerts");
    const std::string lacks = missing.empty() ? "" : "; no " + missing;
    if (r.status != deployment_status::completed || !missing.empty())
      out.rows.push_back({name_of(series, r), std::string(to_string(r.status)) + (r.site ? " at " + *r.site : "") + lacks, {}});
  }
  out.sentence = "Deployments that were broken off or lack figures: " + of_examined(out);
  return out;
}

record_check check_published_rates(const deployment_series& series) {
  record_check out = started("published_rates_agree", "the published rate is false alerts / faces seen, rounded or truncated at its printed digits", "M06");
  std::uint64_t only_rounded = 0, only_truncated = 0;
  for (const deployment_record& r : series.records) {
    const auto f = r.false_alerts();
    if (!r.published_false_alert_rate || !f || !r.faces || r.faces->value() == 0) continue;
    const auto printed = digits_of(r.published_false_alert_rate->text);
    if (!printed) continue;
    ++out.examined;
    const std::uint64_t unit = r.published_false_alert_rate->percent ? 100 : 1;
    const recomputed made = recompute(f->value(), r.faces->value(), unit, printed->decimals);
    const bool rounds = made.rounded == printed->digits, truncates = made.truncated == printed->digits;
    if (rounds != truncates) ++(rounds ? only_rounded : only_truncated);
    if (rounds || truncates) continue;
    const char* sign = r.published_false_alert_rate->percent ? " %" : "";
    std::string words = n(f->value()) + " / " + n(r.faces->value()) + " = " +
                        significant(static_cast<double>(unit) * static_cast<double>(f->value()) / static_cast<double>(r.faces->value()), 4, rounding::nearest) + sign + ", but " +
                        r.published_false_alert_rate->text + sign + " published";
    for (const std::uint64_t other : {unit * 100, std::uint64_t{1}}) {
      if (other == unit) continue;
      const recomputed slipped = recompute(f->value(), r.faces->value(), other, printed->decimals);
      if (printed->digits != 0 && slipped.agrees_with(*printed)) words += ": a percentage taken for a fraction, or the reverse, would explain it";
    }
    out.rows.push_back({name_of(series, r), words, {"published_false_alert_rate", "false_alerts", "faces"}});
  }
  out.sentence = "Published rates that disagree with their own counts: " + of_examined(out) + " Where it can be told, " + grouped(only_truncated) +
                 " are cut off at the last digit and " + grouped(only_rounded) + " rounded.";
  return out;
}

record_check check_dates(const deployment_series& series) {
  record_check out = started("dates_in_order", "the printed date is the date evaluated, and dates do not run back as numbers run on", "M34");
  std::map<std::pair<std::string, std::string>, std::map<std::uint64_t, const deployment_record*>> runs;
  for (const deployment_record& r : series.records) {
    const auto [stem, number] = split_number(r.deployment);
    if (number) runs[{r.force, stem}].emplace(*number, &r);
  }
  for (const deployment_record& r : series.records) {
    if (!r.date) continue;
    ++out.examined;
    const auto [stem, number] = split_number(r.deployment);
    const deployment_record *before = nullptr, *after = nullptr;
    if (number) {
      const auto& run = runs.at({r.force, stem});
      const auto here = run.find(*number);
      if (here != run.begin()) before = std::prev(here)->second;
      if (std::next(here) != run.end()) after = std::next(here)->second;
    }
    const std::string neighbours = "; its neighbours are " + day_of(before) + " and " + day_of(after);
    if (r.printed_date) {
      const auto printed = parse_printed(*r.printed_date, r.printed_date_format);
      if (!printed) out.rows.push_back({name_of(series, r), "printed as " + *r.printed_date + ", which is not a date in the form " + r.printed_date_format, {"printed_date"}});
      else if (*printed != *r.date) out.rows.push_back({name_of(series, r), "printed as " + *r.printed_date + " (" + to_iso(*printed) + "), evaluated as " + to_iso(*r.date) + neighbours, {"printed_date", "date"}});
    }
    if (before != nullptr && before->date && *r.date < *before->date) out.rows.push_back({name_of(series, r), to_iso(*r.date) + " after " + day_of(before) + neighbours, {"date"}});
  }
  out.sentence = "Dates that do not fit: " + of_examined(out);
  return out;
}

record_check check_numbering(const deployment_series& series) {
  record_check out = started("numbering_complete", "running numbers have no gaps", "M65", check_severity::note);
  std::map<std::pair<std::string, std::string>, std::set<std::uint64_t>> runs;
  std::map<std::string, std::size_t> digits; // of a running number, for names with leading zeros
  for (const deployment_record& r : series.records) {
    const auto [stem, number] = split_number(r.deployment);
    if (!number) continue;
    runs[{r.force, stem}].insert(*number);
    const std::size_t length = r.deployment.size() - stem.size();
    digits[stem] = digits.contains(stem) ? std::min(digits[stem], length) : length;
  }
  const auto named = [&](const std::string& stem, std::uint64_t number) {
    std::string text = n(number);
    if (text.size() < digits[stem]) text.insert(0, digits[stem] - text.size(), '0');
    return stem + text;
  };
  for (const auto& [name, numbers] : runs) {
    const std::uint64_t span = *numbers.rbegin() - *numbers.begin() + 1, missing = span - numbers.size();
    out.examined += numbers.size();
    // More than a tenth missing is no running number but a reference of another kind.
    if (missing == 0 || missing * 10 > span) continue;
    std::string gaps;
    std::uint64_t expected = *numbers.begin();
    for (const std::uint64_t number : numbers) {
      if (number != expected) gaps += (gaps.empty() ? "" : ", ") + named(name.second, expected) + (number - 1 == expected ? "" : " to " + named(name.second, number - 1));
      expected = number + 1;
    }
    out.rows.push_back({name.second, "missing: " + gaps, {"deployment"}});
  }
  out.sentence = out.rows.empty() ? "The running numbers have no gaps." : "Running numbers have gaps: deployments may be missing, or left out by the scope of the study.";
  return out;
}

record_check check_duplicates(const deployment_series& series) {
  record_check out = started("no_duplicates", "no two deployments are the same in place, day and every figure", "M35");
  using figures = std::tuple<std::string, calendar_date, std::string, std::map<std::string, std::uint64_t>, std::uint64_t, std::uint64_t>;
  std::map<figures, const deployment_record*> seen;
  std::map<std::tuple<std::string, calendar_date, std::string>, const deployment_record*> places;
  for (const deployment_record& r : series.records) {
    if (!r.date || !r.site || !r.faces) continue;
    ++out.examined;
    const auto [first, fresh] = seen.emplace(figures{r.force, *r.date, *r.site, cells_of(r), r.faces->value(), r.duration ? r.duration->value() : 0}, &r);
    const auto [place, fresh_place] = places.emplace(std::tuple{r.force, *r.date, *r.site}, &r);
    if (!fresh) out.rows.push_back({name_of(series, r), "the same as " + name_of(series, *first->second) + " in place, day and every figure", {"deployment"}});
    else if (!fresh_place && place->second->source != r.source) out.rows.push_back({name_of(series, r), "the same place and day as " + name_of(series, *place->second) + " of another source", {"deployment"}});
  }
  out.sentence = out.rows.empty() ? "No deployment is recorded twice." : "Deployments that may be recorded twice: " + of_examined(out);
  return out;
}

record_check check_watchlists(const deployment_series& series) {
  record_check out = started("watchlists_of_a_day_agree", "watchlists of one force on one day differ by at most 10 %", "M55", check_severity::note);
  std::map<std::pair<std::string, calendar_date>, std::vector<const deployment_record*>> days;
  for (const deployment_record& r : series.records)
    if (r.date && r.watchlist_images && r.watchlist_images->value() > 0) days[{r.force, *r.date}].push_back(&r);
  for (const auto& [day, members] : days) {
    if (members.size() < 2) continue;
    out.examined += members.size();
    const auto [least, most] = std::minmax_element(members.begin(), members.end(), [](const auto* a, const auto* b) { return *a->watchlist_images < *b->watchlist_images; });
    const std::uint64_t low = (*least)->watchlist_images->value(), high = (*most)->watchlist_images->value();
    if (high * 10 > low * 11) out.rows.push_back({name_of(series, **most), grouped(high) + " images on " + to_iso(day.second) + ", when " + name_of(series, **least) + " had " + grouped(low), {"watchlist_images"}});
  }
  out.sentence = "Watchlists of unlike size on one day: " + of_examined(out);
  return out;
}

record_check check_rounding(const deployment_series& series) {
  record_check out = started("faces_not_rounded", "about one in five counts ends in 0 or 5 by chance", "M05", check_severity::note);
  std::uint64_t fives = 0;
  for (const deployment_record& r : series.records) {
    if (!r.faces || r.faces->value() == 0) continue;
    ++out.examined;
    fives += r.faces->value() % 5 == 0 ? 1 : 0;
  }
  out.sentence = "Face counts that end in 0 or 5: " + grouped(fives) + " of " + grouped(out.examined) + " examined; about one in five would by chance.";
  if (fives * 2 > out.examined) out.rows.push_back({"the series", "counts are rounded or estimated", {"faces"}});
  return out;
}

std::string_view to_string(check_severity severity) noexcept { return severity == check_severity::fault ? "fault" : "note"; }

record_quality examine(const deployment_series& series) {
  record_quality out;
  out.checks.push_back(check_complete(series));
  // Copies first: what they suspend is left out of the sums that follow.
  out.checks.push_back(check_identical(series, out));
  out.checks.push_back(check_alerts(series, out));
  out.checks.push_back(check_outcomes(series, out));
  out.checks.push_back(check_engagements(series));
  out.checks.push_back(check_exposures(series));
  out.checks.push_back(check_published_rates(series));
  out.checks.push_back(check_dates(series));
  out.checks.push_back(check_duplicates(series));
  out.checks.push_back(check_watchlists(series));
  out.checks.push_back(check_numbering(series));
  out.checks.push_back(check_rounding(series));
  return out;
}

} // namespace lfreval

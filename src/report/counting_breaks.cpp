#include "report/counting_breaks.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <lfreval/counts/strata.hpp>
#include <lfreval/series/change_points.hpp>
#include <lfreval/types/date.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

/// Completed deployments whose faces and minutes are both on record, in (date, force, id) order.
std::vector<const deployment_record*> timed(const deployment_series& series) {
  std::vector<const deployment_record*> out;
  for (const deployment_record& r : series.records)
    if (r.status == deployment_status::completed && r.date && r.faces && r.duration && r.faces->value() > 0 && r.duration->value() > 0) out.push_back(&r);
  std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return *a->date < *b->date; });
  return out;
}

std::string listed(const std::set<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ", ") + (value.empty() ? "not published" : value);
  return out;
}

/// What the records say of a condition just before and just after the break.
std::vector<std::string> changes_around(const std::vector<const deployment_record*>& rows, std::size_t first, std::size_t last) {
  // As many deployments as a segment must have, on either side of every possible position.
  constexpr std::size_t reach = 8;
  const std::size_t from = first > reach ? first - reach : 0, to = std::min(rows.size(), last + reach);
  std::vector<std::string> out;
  const auto compare = [&](const std::string& name, const auto& value_of) {
    std::set<std::string> before, after;
    for (std::size_t i = from; i < first; ++i) before.insert(value_of(*rows[i]));
    for (std::size_t i = last; i < to; ++i) after.insert(value_of(*rows[i]));
    if (before != after && !before.empty() && !after.empty()) out.push_back(name + ": " + listed(before) + " before, " + listed(after) + " after");
  };
  compare("threshold", [](const deployment_record& r) { return r.threshold.value_or(""); });
  compare("use case", [](const deployment_record& r) {
    std::string joined;
    for (const std::string& one : r.use_case) joined += (joined.empty() ? "" : "+") + one;
    return joined;
  });
  std::uint64_t before = 0, after = 0, nb = 0, na = 0;
  for (std::size_t i = from; i < first; ++i)
    if (rows[i]->watchlist_images) { before += rows[i]->watchlist_images->value(); ++nb; }
  for (std::size_t i = last; i < to; ++i)
    if (rows[i]->watchlist_images) { after += rows[i]->watchlist_images->value(); ++na; }
  if (nb != 0 && na != 0) {
    const double b = static_cast<double>(before) / static_cast<double>(nb), a = static_cast<double>(after) / static_cast<double>(na);
    if (std::max(a, b) > 1.1 * std::min(a, b)) out.push_back("watchlist images: mean " + grouped(static_cast<std::uint64_t>(b)) + " before, " + grouped(static_cast<std::uint64_t>(a)) + " after");
  }
  return out;
}

curve pace_curve(const deployment_series& series, const std::vector<const deployment_record*>& rows, const std::vector<double>& pace, const series::change_point_analysis* found) {
  std::vector<std::string> names, dates;
  std::vector<std::optional<std::uint64_t>> faces_seen, lasted;
  std::vector<std::optional<double>> per_minute, level_of;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    names.push_back(deployment_value(series, *rows[i]));
    dates.push_back(to_iso(*rows[i]->date));
    faces_seen.emplace_back(rows[i]->faces->value());
    lasted.emplace_back(rows[i]->duration->value());
    per_minute.emplace_back(std::exp(pace[i]));
  }
  level_of.resize(rows.size());
  if (found != nullptr) {
    std::vector<std::size_t> ends;
    for (const series::change_point& one : found->breaks) ends.push_back(one.at);
    ends.push_back(rows.size());
    std::size_t from = 0;
    for (const std::size_t to : ends) {
      double sum = 0;
      for (std::size_t i = from; i < to; ++i) sum += pace[i];
      for (std::size_t i = from; i < to; ++i) level_of[i] = std::exp(sum / static_cast<double>(to - from));
      from = to;
    }
  }
  curve out;
  out.name = "faces_per_minute";
  out.meaning = "faces per minute of every completed deployment, in order of date, and the geometric mean of the stretch it belongs to: a step may be a change of counting";
  out.columns = {{"deployment", names}, {"date", dates}, {"faces", faces_seen}, {"seconds", lasted}, {"faces_per_minute", per_minute}, {"level", level_of}};
  return out;
}

} // namespace

counting_levels find_counting_levels(const deployment_series& series, confidence level) {
  const auto rows = timed(series);
  std::vector<double> pace;
  for (const deployment_record* r : rows) pace.push_back(std::log(static_cast<double>(r->faces->value()) / (static_cast<double>(r->duration->value()) / 60.0)));
  const auto found = series::change_points(pace, level);
  counting_levels out;
  out.pace = pace_curve(series, rows, pace, found ? &*found : nullptr);
  if (!found) return out;
  for (const series::change_point& one : found->breaks) {
    counting_break b;
    b.first = rows[one.at];
    b.earliest = *rows[one.location.first - 1]->date;
    b.latest = *rows[one.location.last]->date;
    b.ratio = one.ratio;
    b.limits = one.ratio_limits;
    b.also_changed = changes_around(rows, one.location.first, one.location.last);
    out.breaks.push_back(std::move(b));
  }
  return out;
}

std::vector<finding> break_findings(const deployment_series& series, const std::vector<counting_break>& breaks) {
  std::vector<finding> out;
  for (const counting_break& b : breaks) {
    finding f;
    f.metric = "faces_per_minute_break";
    f.axes = {{"deployment", deployment_value(series, *b.first)}};
    f.key = finding_key(f.metric, f.axes);
    f.kind = finding_kind::quantity;
    f.status = finding_status::measured;
    f.in_section = "data_quality";
    f.cites = "M04, M46";
    f.sentence = "Faces per minute changed by a factor of " + significant(b.ratio, 3, rounding::nearest) + " (" + significant(b.limits.lower, 3, rounding::down) + " to " +
                 significant(b.limits.upper, 3, rounding::up) + ") between " + to_iso(b.earliest) + " and " + to_iso(b.latest) + ". Rates per face on either side may not be counted alike.";
    f.notes = b.also_changed;
    f.value = break_value{b.ratio, b.limits, b.earliest, b.latest};
    out.push_back(std::move(f));
  }
  return out;
}

std::string break_note(const std::vector<counting_break>& breaks, const conditions& now, const conditions& then) {
  if (!now.from || !now.to || !then.from || !then.to) return "";
  const conditions &earlier = *then.from <= *now.from ? then : now, &later = *then.from <= *now.from ? now : then;
  std::string told;
  for (const counting_break& b : breaks)
    if (*earlier.from < b.earliest && b.latest < *later.to)
      told += (told.empty() ? "" : ", ") + std::string("by a factor of ") + significant(b.ratio, 3, rounding::nearest) + " between " + to_iso(b.earliest) + " and " + to_iso(b.latest);
  return told.empty() ? "" : "faces per minute changed " + told + ": the faces may not have been counted alike, and the ratio may show no more than that";
}

} // namespace lfreval

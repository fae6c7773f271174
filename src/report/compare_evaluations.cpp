#include <lfreval/report/compare_evaluations.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/rate_difference.hpp>
#include <lfreval/intervals/rate_ratio.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/fields.hpp"
#include "report/sentences.hpp"
#include "report/wrap.hpp"
#include "report/written_rates.hpp"

namespace lfreval {

namespace {

estimable<rate_ratio_estimate> ratio_of(const written_rate& second, const written_rate& first, metric_family family, confidence level, bool& independence_assumed) {
  const auto n2 = second.effective_exposure(family, level), n1 = first.effective_exposure(family, level);
  independence_assumed = !n1 || !n2;
  const double t2 = n2.value_or(static_cast<double>(second.total.exposure)), t1 = n1.value_or(static_cast<double>(first.total.exposure));
  auto made = rate_ratio::conditional_effective(second.rate * t2, t2, first.rate * t1, t1, level);
  if (made && (first.exposure_cv > 0 || second.exposure_cv > 0)) made->limits = rate_ratio::widen_by_denominators(made->point, made->limits, second.exposure_cv, first.exposure_cv);
  return made;
}

compared_figure figure_of(const std::string& key, const json_document& one, const json_document& other, confidence level, bool shares_inputs) {
  compared_figure out;
  out.key = key;
  const auto metric = metric_from_key(fields::text(one, "metric"));
  if (!metric || fields::text(other, "metric") != fields::text(one, "metric")) {
    out.why_not = "a metric that this version does not know";
    return out;
  }
  out.metric = *metric;
  const comparability fair = compare(written_conditions(one), written_conditions(other));
  out.allowed = fair.allowed;
  out.differences = fair.differences;
  out.unknown = fair.unknown;
  const auto a = written_rate_of(one, *metric), b = written_rate_of(other, *metric);
  if (!a || !b) {
    out.allowed = comparability::status::refused;
    out.why_not = "a side does not give its counts";
    return out;
  }
  out.first = a->total;
  out.second = b->total;
  out.first_rate = a->rate;
  out.second_rate = b->rate;
  if (out.allowed == comparability::status::refused) {
    out.why_not = "not counted or labelled in the same way";
    return out;
  }
  if (shares_inputs) {
    out.allowed = std::max(out.allowed, comparability::status::projected);
    out.unknown.emplace_back("whether the same rows stand on both sides: an input file is shared, and the limits take the sides as independent");
  }
  const metric_family family = describe(*metric).family;
  const auto ratio = ratio_of(*b, *a, family, level, out.independence_assumed);
  if (!ratio) {
    out.why_not = ratio.error().remedy;
    return out;
  }
  out.ratio = ratio->point;
  out.ratio_limits = ratio->limits;
  // Of rare events the ratio tells; of shares such as misses, the difference does.
  const bool common = family == metric_family::share && std::max(a->rate, b->rate) >= 0.05;
  if (common && a->headline && b->headline && a->headline->level == b->headline->level && a->headline->upper <= 1 && b->headline->upper <= 1 &&
      a->headline->contains(a->rate) && b->headline->contains(b->rate)) {
    const rate_difference_estimate made = difference::mover_d(b->rate, *b->headline, a->rate, *a->headline);
    out.difference = made.point;
    out.difference_limits = made.limits;
  }
  return out;
}

std::string figure_words(const compared_figure& f) {
  const metric_units& units = units_of(f.metric);
  const auto side = [&](const cluster_tally& c, double rate) {
    const std::string counts = counted_words(c.events, units.events, "") + " in " + (is_time(units.exposure) ? grouped(c.exposure / printed_per(f.metric)) + " hours" : counted_words(c.exposure, units.exposure, ""));
    return counts + " (" + (is_time(units.exposure) ? significant(rate * static_cast<double>(printed_per(f.metric)), 3, rounding::nearest) + " an hour" : share_words(rate, rounding::nearest)) + ")";
  };
  std::string out = side(f.first, f.first_rate) + " and " + side(f.second, f.second_rate);
  if (f.ratio_limits) {
    out += "; second over first " + (f.ratio == unbounded ? "without bound" : significant(f.ratio, 3, rounding::nearest)) + " (" + significant(f.ratio_limits->lower, 3, rounding::down) + " to " +
           (f.ratio_limits->upper_unbounded() ? "no upper limit" : significant(f.ratio_limits->upper, 3, rounding::up)) + ")";
    if (f.difference_limits)
      out += "; second less first " + significant(100 * *f.difference, 3, rounding::nearest) + " points (" + significant(100 * f.difference_limits->lower, 3, rounding::down) + " to " +
             significant(100 * f.difference_limits->upper, 3, rounding::up) + ")";
    if (f.independence_assumed) out += " [ASSUMES_INDEPENDENCE]";
  } else out += "; no ratio: " + f.why_not;
  return out;
}

} // namespace

result<evaluation_comparison> compare_evaluations(std::string_view first, const std::string& first_file, std::string_view second, const std::string& second_file) {
  evaluation_comparison out;
  written_evaluation a, b;
  if (auto why = a.load(first, first_file)) return refuse(std::move(*why));
  if (auto why = b.load(second, second_file)) return refuse(std::move(*why));
  out.first = a.about;
  out.second = b.about;
  out.level = confidence::checked(std::min(out.first.confidence, out.second.confidence));
  for (const auto& [hash, name] : a.inputs)
    if (b.inputs.contains(hash)) out.shared_inputs.push_back(name);
  for (const std::string& key : a.order) {
    const auto found = b.rates.find(key);
    if (found == b.rates.end()) { ++out.only_first; continue; }
    out.figures.push_back(figure_of(key, *a.rates.at(key), *found->second, out.level, !out.shared_inputs.empty()));
  }
  for (const std::string& key : b.order) out.only_second += a.rates.contains(key) ? 0 : 1;
  for (const auto& [key, answer] : a.verdicts)
    if (const auto found = b.verdicts.find(key); found != b.verdicts.end() && found->second != answer) out.verdicts.push_back(key + ": " + answer + ", then " + found->second);

  out.family = static_cast<std::uint64_t>(std::count_if(out.figures.begin(), out.figures.end(), [](const compared_figure& f) { return f.ratio_limits.has_value(); }));
  for (compared_figure& f : out.figures) {
    if (!f.ratio_limits) continue;
    const confidence strict = confidence::checked(1.0 - out.level.alpha() / static_cast<double>(out.family));
    const auto one = written_rate_of(*a.rates.at(f.key), f.metric), other = written_rate_of(*b.rates.at(f.key), f.metric);
    bool assumed = false;
    const auto ratio = ratio_of(*other, *one, describe(f.metric).family, strict, assumed);
    f.beyond_noise = ratio && !ratio->limits.contains(1.0);
  }
  return out;
}

std::string to_text(const evaluation_comparison& c) {
  std::string out;
  const auto side = [&](const char* which, const compared_evaluation& s) {
    out += std::string(which) + ": " + printable(s.name, 200) + ", by lfreval " + printable(s.version) + (s.hash_agrees ? "" : "; ALTERED after it was written: its hash does not fit") + "\n";
  };
  side("First", c.first);
  side("Second", c.second);
  out += "Intervals at " + level_words(c.level) + ", of independent sides\n";
  for (const std::string& name : c.shared_inputs) out += "Both were made from " + printable(name, 200) + "\n";

  using status = comparability::status;
  const auto block = [&](const char* title, status which) {
    bool any = false;
    for (const compared_figure& f : c.figures) {
      if (f.allowed != which) continue;
      if (!any) out += "\n" + std::string(title) + "\n";
      any = true;
      out += "  " + printable(f.key, 200) + (f.beyond_noise ? "   CHANGED beyond noise" : "") + "\n";
      out += f.ratio_limits || which != status::refused ? wrapped(figure_words(f), 6, "    ") : "    " + f.why_not + "\n";
      for (const std::string& d : f.differences) out += wrapped("differs: " + printable(d, 300), 8, "      ");
      for (const std::string& u : f.unknown) out += wrapped("not known: " + printable(u, 300), 8, "      ");
    }
  };
  block("COMPARABLE", status::comparable);
  block("PROJECTED: conditions differ or are not on record; what changed the figure is not known", status::projected);
  block("REFUSED", status::refused);
  if (c.figures.empty()) out += "\nNo rate was measured in both under one key.\n";
  else out += "\n" + paragraph(grouped(c.family) + " changes were judged together: beyond noise is what an interval at " + level_words(c.level) + " for all of them at once leaves out. A change that is not beyond noise is not shown to be absent.", 0);
  if (c.only_first + c.only_second != 0) out += grouped(c.only_first) + " rates only in the first, " + grouped(c.only_second) + " only in the second\n";
  if (!c.verdicts.empty()) {
    out += "\nANSWERS TO LIMITS THAT ARE NOT THE SAME\n";
    for (const std::string& v : c.verdicts) out += "  " + printable(v, 300) + "\n";
  }
  return out;
}

} // namespace lfreval

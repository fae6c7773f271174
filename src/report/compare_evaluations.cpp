#include <lfreval/report/compare_evaluations.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <lfreval/bytes/file.hpp>
#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/rate_difference.hpp>
#include <lfreval/intervals/rate_ratio.hpp>
#include <lfreval/report/text.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/document.hpp"
#include "report/fields.hpp"
#include "report/sentences.hpp"
#include "report/wrap.hpp"

namespace lfreval {

namespace {

error malformed(const std::string& file, std::string allowed) {
  error why;
  why.code = error_code::malformed_evaluation;
  why.file = file;
  why.allowed = std::move(allowed);
  return why;
}

/// A condition as it was written. A set told only by its number cannot be held against another one: it is unknown.
named_condition named_from(const json_document& value) {
  named_condition out;
  if (value.is_string()) {
    if (const auto text = value.get<std::string>(); text == "unknown") out.unknown = 1;
    else out.add_known(text);
    return out;
  }
  out.unknown = fields::count(value, "unknown").value_or(0);
  const json_document& values = fields::part(value, "values");
  if (values.is_array())
    for (const json_document& one : values)
      if (one.is_string()) out.add_known(one.get<std::string>());
  if (out.values.empty()) out.unknown = std::max<std::uint64_t>(out.unknown, 1);
  return out;
}

counted_condition counted_from(const json_document& value) {
  constexpr std::uint64_t weight = 1000000; // keeps six decimals of the mean
  counted_condition out;
  if (const auto one = fields::count(value)) {
    out.add(one, weight);
    return out;
  }
  out.smallest = fields::count(value, "smallest");
  out.largest = fields::count(value, "largest");
  out.unknown = out.smallest ? fields::count(value, "unknown").value_or(0) : 1;
  if (const auto mean = fields::number(value, "weighted_mean"); mean && *mean >= 0 && *mean <= static_cast<double>(largest_count)) {
    out.weight = weight;
    out.weighted_sum = static_cast<unsigned __int128>(std::llround(*mean * static_cast<double>(weight)));
  }
  return out;
}

conditions conditions_from(const json_document& finding) {
  const json_document& held = fields::part(finding, "conditions");
  conditions out;
  out.system = named_from(fields::part(held, "system"));
  out.threshold = named_from(fields::part(held, "threshold"));
  out.site = named_from(fields::part(held, "site"));
  out.faces_counting_rule = named_from(fields::part(held, "faces_counting_rule"));
  out.label_source = named_from(fields::part(held, "label_source"));
  out.watchlist_images = counted_from(fields::part(held, "watchlist_images"));
  out.watchlist_persons = counted_from(fields::part(held, "watchlist_persons"));
  return out;
}

/// One side of a comparison.
struct arm {
  cluster_tally total;
  double rate = 0.0, exposure_cv = 0.0;
  std::optional<double> design_effect;
  std::uint64_t clusters = 0;
  std::optional<interval> headline;
};

std::optional<arm> arm_of(const json_document& finding, metric_id metric) {
  const auto events = fields::count(fields::part(finding, "events"), "n"), exposure = fields::count(fields::part(finding, "exposure"), "n");
  if (!events || !exposure || *exposure == 0 || *events > largest_count || *exposure > largest_count) return std::nullopt;
  if (describe(metric).family == metric_family::share && *events > *exposure) return std::nullopt;
  arm out;
  out.total = {*events, *exposure};
  out.rate = static_cast<double>(*events) / static_cast<double>(*exposure);
  if (const auto cv = fields::number(fields::part(finding, "exposure"), "coefficient_of_variation"); cv && *cv >= 0 && *cv <= 10) out.exposure_cv = *cv;
  const json_document& spread = fields::part(finding, "clusters");
  out.clusters = fields::count(spread, "n").value_or(0);
  if (const auto effect = fields::number(spread, "design_effect"); effect && *effect >= 0 && std::isfinite(*effect)) out.design_effect = std::max(1.0, *effect);
  const double scale = static_cast<double>(printed_per(metric));
  const json_document& limits = fields::part(finding, "interval");
  const auto level = fields::number(limits, "confidence");
  if (const auto ends = fields::limits(limits); ends && level && *level > 0 && *level < 1)
    out.headline = interval{ends->lower / scale, ends->upper / scale, confidence::checked(*level), interval_method::mover_d, sides::two};
  return out;
}

/// Independent trials that an arm is worth; nothing when it does not say how its trials cluster.
std::optional<double> effective_exposure(const arm& a, metric_family family, confidence level) {
  if (!a.design_effect || a.clusters < 2) return std::nullopt;
  return detail::korn_graubard_exposure(static_cast<double>(a.total.exposure), *a.design_effect, static_cast<double>(a.clusters), detail::tail(level, sides::two), family);
}

estimable<rate_ratio_estimate> ratio_of(const arm& second, const arm& first, metric_family family, confidence level, bool& independence_assumed) {
  const auto n2 = effective_exposure(second, family, level), n1 = effective_exposure(first, family, level);
  independence_assumed = !n1 || !n2;
  const double t2 = n2.value_or(static_cast<double>(second.total.exposure)), t1 = n1.value_or(static_cast<double>(first.total.exposure));
  auto made = rate_ratio::conditional_effective(second.rate * t2, t2, first.rate * t1, t1, level);
  if (made && (first.exposure_cv > 0 || second.exposure_cv > 0)) made->limits = rate_ratio::widen_by_denominators(made->point, made->limits, second.exposure_cv, first.exposure_cv);
  return made;
}

struct loaded {
  json_document root;
  std::map<std::string, const json_document*> rates; ///< measured, by key
  std::vector<std::string> order;
  std::map<std::string, std::string> verdicts;       ///< key -> answer
  std::map<std::string, std::string> inputs;         ///< SHA-256 -> name
};

std::optional<error> load(loaded& out, std::string_view text, const std::string& file, evaluation_comparison::side& side) {
  if (is_too_deep(text)) return malformed(file, "a document of at most " + std::to_string(deepest_document) + " levels");
  out.root = json_document::parse(text, nullptr, false);
  const json_document &provenance = fields::part(out.root, "provenance"), &result = fields::part(out.root, "result");
  const json_document& findings = fields::part(result, "findings");
  if (!provenance.is_object() || !result.is_object() || !findings.is_array()) return malformed(file, "a JSON object with provenance and result, as `lfreval evaluate` writes it");
  if (const auto schema = fields::number(result, "schema"); !schema || *schema > static_cast<double>(study_schema)) return malformed(file, "schema " + std::to_string(study_schema) + " or older");
  const json_document& declared = fields::part(result, "study");
  side.name = fields::text(declared, "name");
  side.version = fields::text(provenance, "version");
  side.study_sha256 = fields::text(fields::part(provenance, "study"), "sha256");
  side.confidence = fields::number(declared, "confidence").value_or(0.0);
  side.hash_agrees = sha256_hex(compact(result)) == fields::text(provenance, "result_sha256");
  if (!(side.confidence > 0 && side.confidence < 1)) return malformed(file, "the confidence it was made with");
  const json_document& inputs = fields::part(provenance, "inputs");
  if (inputs.is_array())
    for (const json_document& one : inputs)
      if (const std::string hash = fields::text(one, "sha256"); !hash.empty()) out.inputs.emplace(hash, fields::text(one, "file"));
  for (const json_document& one : findings) {
    const std::string key = fields::text(one, "key"), kind = fields::text(one, "kind");
    if (key.empty() || fields::axis(one, "deployment")) continue;
    if (kind == "verdict") out.verdicts.emplace(key, fields::text(one, "verdict"));
    if (kind != "rate" || fields::text(one, "status") != "measured") continue;
    if (out.rates.emplace(key, &one).second) out.order.push_back(key);
  }
  return std::nullopt;
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
  const comparability fair = compare(conditions_from(one), conditions_from(other));
  out.allowed = fair.allowed;
  out.differences = fair.differences;
  out.unknown = fair.unknown;
  const auto a = arm_of(one, *metric), b = arm_of(other, *metric);
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
  loaded a, b;
  if (auto why = load(a, first, first_file, out.first)) return refuse(std::move(*why));
  if (auto why = load(b, second, second_file, out.second)) return refuse(std::move(*why));
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
    const auto one = arm_of(*a.rates.at(f.key), f.metric), other = arm_of(*b.rates.at(f.key), f.metric);
    bool assumed = false;
    const auto ratio = ratio_of(*other, *one, describe(f.metric).family, strict, assumed);
    f.beyond_noise = ratio && !ratio->limits.contains(1.0);
  }
  return out;
}

std::string to_text(const evaluation_comparison& c) {
  std::string out;
  const auto side = [&](const char* which, const evaluation_comparison::side& s) {
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

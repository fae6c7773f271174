#include "report/document.hpp"

#include <algorithm>
#include <cmath>

#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

json_document of(const cluster_tally& tally, metric_id metric) {
  const metric_units& units = units_of(metric);
  json_document out;
  out["events"] = {{"unit", to_string(units.events)}, {"n", tally.events}};
  out["exposure"] = {{"unit", to_string(units.exposure)}, {"n", tally.exposure}};
  return out;
}

json_document of(const interval& i, double scale) {
  json_document out;
  out["lower"] = i.lower * scale;
  if (i.upper_unbounded()) { out["upper"] = nullptr; out["upper_unbounded"] = true; }
  else out["upper"] = i.upper * scale;
  out["confidence"] = i.level.level();
  out["method"] = to_string(i.method);
  out["sides"] = i.on == sides::two ? 2 : 1;
  if (i.on != sides::two) out["side"] = to_string(i.on);
  return out;
}

json_document of(flag_set flags) {
  json_document out = json_document::array();
  for (const flag f : flags.list()) out.push_back(to_string(f));
  return out;
}

json_document of(const std::vector<companion>& companions, double scale) {
  json_document out = json_document::array();
  for (const companion& one : companions) {
    json_document row = of(one.made, scale);
    row["flags"] = of(one.flags);
    out.push_back(std::move(row));
  }
  return out;
}

/// Sets of more than eight names are told by their number; the rows are in the inputs.
constexpr std::size_t most_names = 8;

json_document of(const named_condition& c) {
  if (c.is_unknown()) return "unknown";
  if (c.is_one()) return *c.values.begin();
  json_document out;
  if (c.values.size() <= most_names) out["values"] = c.values;
  else out["distinct"] = c.values.size();
  out["unknown"] = c.unknown;
  return out;
}

json_document of(const counted_condition& c) {
  if (!c.smallest) return "unknown";
  if (c.smallest == c.largest && c.unknown == 0) return *c.smallest;
  json_document out;
  out["smallest"] = *c.smallest;
  out["largest"] = *c.largest;
  if (const auto mean = c.weighted_mean()) out["weighted_mean"] = *mean;
  out["unknown"] = c.unknown;
  return out;
}

json_document of(const conditions& c) {
  json_document out;
  out["system"] = of(c.system);
  out["threshold"] = of(c.threshold);
  out["watchlist_images"] = of(c.watchlist_images);
  out["watchlist_persons"] = of(c.watchlist_persons);
  out["site"] = of(c.site);
  out["use_case"] = of(c.use_case);
  if (c.from && c.to) out["period"] = {to_iso(*c.from), to_iso(*c.to)};
  else out["period"] = "unknown";
  out["faces_counting_rule"] = of(c.faces_counting_rule);
  out["label_source"] = of(c.label_source);
  out["fusion"] = of(c.fusion);
  return out;
}

json_document of(const heterogeneity& h, std::optional<metric_id> metric) {
  const double scale = metric ? static_cast<double>(printed_per(*metric)) : 1;
  json_document out;
  out["dispersion"] = h.phi;
  out["degrees"] = h.degrees;
  if (h.p_value) out["p_value"] = *h.p_value;
  if (h.power) out["power_for_a_coefficient_of_variation_of_1"] = *h.power;
  if (h.tarone_z) out["tarone_z"] = *h.tarone_z;
  if (h.squared_cv) out["squared_coefficient_of_variation"] = *h.squared_cv;
  if (h.likelihood_ratio_p) out["likelihood_ratio_p_value"] = *h.likelihood_ratio_p;
  if (h.population) out["population"] = of(*h.population, scale);
  if (h.next) out["next_deployment"] = {{"exposure", h.next_exposure}, {"events", of(*h.next, 1)}};
  out["lowest_without_one"] = h.lowest_without * scale;
  out["highest_without_one"] = h.highest_without * scale;
  if (!h.most_influential.empty()) out["most_influential"] = {{"deployment", h.most_influential}, {"estimate_without", h.without_it * scale}};
  out["outside_the_funnel"] = h.outliers;
  return out;
}

void put(json_document& out, const json_document& more) {
  for (const auto& [name, value] : more.items()) out[name] = value;
}

struct value_writer {
  json_document& out;

  void operator()(std::monostate) const {}
  void operator()(const extremes& x) const {
    json_document low, high;
    value_writer{low}(x.lowest);
    value_writer{high}(x.highest);
    out["deployments_in_doubt"] = x.disputed;
    out["lowest"] = std::move(low);
    out["highest"] = std::move(high);
  }
  void operator()(const estimate& e) const {
    const auto scale = static_cast<double>(printed_per(e.metric));
    put(out, of(cluster_tally{e.events, e.exposure}, e.metric));
    if (e.exposure_cv > 0) out["exposure"]["coefficient_of_variation"] = e.exposure_cv;
    if (printed_per(e.metric) != 1) out["per"] = "hour";
    out["estimate"] = e.point * scale;
    if (scale == 1 && e.point > 0 && e.point <= 0.5) out["one_in"] = static_cast<std::uint64_t>(std::llround(1.0 / e.point));
    out["interval"] = of(e.headline, scale);
    json_document spread;
    spread["unit"] = to_string(e.clusters.by);
    spread["n"] = e.clusters.clusters;
    spread["with_events"] = e.clusters.event_clusters;
    spread["rung"] = static_cast<int>(e.clusters.rung);
    if (e.clusters.design_effect) spread["design_effect"] = *e.clusters.design_effect;
    if (e.clusters.effective_events) spread["effective_events"] = *e.clusters.effective_events;
    spread["skew"] = e.clusters.skew;
    spread["kernel"] = e.clusters.kernel;
    out["clusters"] = std::move(spread);
    out["companions"] = of(e.companions, scale);
  }
  void operator()(const ratio_value& r) const {
    const metric_id metric = r.rates_of ? *r.rates_of : metric_from_key(out["metric"].get<std::string>()).value();
    out["of"] = of(r.of, metric);
    out["against"] = of(r.against, metric);
    if (r.point == unbounded) { out["estimate"] = nullptr; out["estimate_unbounded"] = true; }
    else out["estimate"] = r.point;
    out["interval"] = of(r.made, 1);
    out["companions"] = of(r.companions, 1);
  }
  void operator()(const difference_value& d) const {
    const metric_id metric = metric_from_key(out["metric"].get<std::string>()).value();
    out["first"] = of(d.first, metric);
    out["second"] = of(d.second, metric);
    out["first_only"] = d.first_only;
    out["second_only"] = d.second_only;
    out["estimate"] = d.point;
    out["interval"] = of(d.made, 1);
    out["widening"] = d.widening;
    out["companions"] = of(d.companions, 1);
  }
  void operator()(const group_difference& d) const {
    const metric_id metric = metric_from_key(out["metric"].get<std::string>()).value();
    out["first"] = of(d.first, metric);
    out["second"] = of(d.second, metric);
    out["estimate"] = d.point;
    out["interval"] = of(d.made, 1);
    out["companions"] = of(d.companions, 1);
  }
  void operator()(const change_value& c) const {
    const auto places = [](const cluster_tally& before, const cluster_tally& after, std::uint64_t n) {
      const auto tally = [](const cluster_tally& t) { return json_document{{"events", {{"unit", to_string(unit::outcomes)}, {"n", t.events}}}, {"exposure", {{"unit", "days"}, {"n", t.exposure}}}}; };
      return json_document{{"before", tally(before)}, {"after", tally(after)}, {"places", n}};
    };
    out["with"] = places(c.before, c.after, c.made.changed_sites);
    out["without"] = places(c.control_before, c.control_after, c.made.control_sites);
    out["ratio"] = {{"estimate", c.made.ratio}, {"interval", of(c.made.ratio_limits, 1)}};
    out["difference"] = {{"estimate", c.made.difference}, {"interval", of(c.made.difference_limits, 1)}};
    if (c.made.degrees > 0) out["degrees"] = c.made.degrees;
  }
  void operator()(const quantity_value& q) const {
    const double scale = is_time(q.counted) ? 1.0 / 3600 : 1.0; // seconds are counted, hours are printed
    out["unit"] = std::string(q.counted == unit::officer_seconds ? "officer-hours" : to_string(q.counted)) + " per " + std::string(singular(q.per));
    out["events"] = {{"unit", to_string(q.per)}, {"n", q.of.events}};
    out["exposure"] = {{"unit", to_string(q.counted)}, {"n", q.of.exposure}};
    if (q.point == unbounded) { out["estimate"] = nullptr; out["estimate_unbounded"] = true; }
    else out["estimate"] = q.point * scale;
    if (q.largest != q.point) out["largest_estimate"] = q.largest == unbounded ? json_document(nullptr) : json_document(q.largest * scale);
    out["interval"] = of(q.made, scale);
  }
  void operator()(const break_value& b) const {
    out["unit"] = "faces per minute after, over before";
    out["estimate"] = b.ratio;
    out["interval"] = of(b.limits, 1);
    out["between"] = {to_iso(b.earliest), to_iso(b.latest)};
  }
  void operator()(const guaranteed_threshold& g) const {
    const identification::threshold_choice& c = g.choice;
    out["unit"] = "score";
    out["estimate"] = g.on_own_scale;
    json_document promise;
    promise["limit"] = {{"at_most", {{"events", g.declared.events}, {"exposure", g.declared.exposure}}}, {"source", g.declared.source}};
    promise["rate"] = c.rate == identification::threshold_rate::per_passage  ? "per_passage"
                      : c.rate == identification::threshold_rate::per_person ? "per_person"
                                                                             : "persons_ever_alerted";
    promise["holds"] = c.promise == identification::threshold_promise::finite_sample ? "finite_sample"
                       : c.promise == identification::threshold_promise::asymptotic  ? "asymptotic"
                                                                                     : "expectation_only";
    promise["confidence"] = c.level.level();
    promise["trials"] = c.trials;
    promise["allowed"] = c.allowed;
    promise["reaching"] = c.reaching;
    promise["bound"] = c.bound;
    promise["passages"] = c.passages;
    if (c.persons) promise["persons"] = *c.persons;
    if (c.persons_kept) promise["persons_kept"] = *c.persons_kept;
    if (c.seed) promise["seed"] = *c.seed;
    promise["lowest_recorded"] = c.lowest_recorded;
    promise["conditional_on_list"] = c.conditional_on_list;
    out["promise"] = std::move(promise);
  }
  void operator()(const projection_value& p) const {
    out["from"] = p.from;
    json_document assumed{{"quantity", p.quantity}, {"low", p.low}, {"high", p.high}, {"reason", p.reason}};
    if (p.at) assumed["point"] = *p.at;
    out["assumption"] = std::move(assumed);
    if (p.point) out["estimate"] = *p.point;
    out["interval"] = of(p.made, 1);
  }
  void operator()(const verdict_value& v) const {
    const auto scale = static_cast<double>(printed_per(v.declared.metric));
    put(out, of(cluster_tally{v.events, v.exposure}, v.declared.metric));
    out["limit"] = {{v.declared.direction == limit_direction::at_least ? "at_least" : "at_most",
                     {{"events", v.declared.events}, {"exposure", v.declared.exposure / printed_per(v.declared.metric)}}},
                    {"source", v.declared.source}};
    if (!v.declared.in_every.empty()) out["limit"]["in_every"] = v.declared.in_every;
    if (printed_per(v.declared.metric) != 1) out["per"] = "hour";
    out["verdict"] = to_string(v.answer.outcome);
    if (v.unresolved != 0) out["unresolved_alerts"] = v.unresolved;
    if (v.answer.unfavourable) out["unfavourable_bound"] = of(*v.answer.unfavourable, scale);
    if (v.answer.favourable) out["favourable_bound"] = of(*v.answer.favourable, scale);
    if (v.answer.exposure_to_decide) out["exposure_to_decide"] = *v.answer.exposure_to_decide;
    if (v.answer.exposure_without_events) out["exposure_without_events"] = *v.answer.exposure_without_events;
  }
  void operator()(const record_check& c) const {
    out["rule"] = c.rule;
    out["severity"] = to_string(c.severity);
    out["examined"] = c.examined;
    out["named"] = c.rows.size();
    json_document rows = json_document::array();
    for (const record_check::row& row : c.rows) rows.push_back({{"deployment", row.deployment}, {"arithmetic", row.arithmetic}, {"cells", row.cells}});
    out["rows"] = std::move(rows);
  }
  void operator()(const distribution_value& d) const {
    out["unit"] = d.unit;
    out["estimate"] = d.made.median;
    out["distribution"] = {{"n", d.made.n}, {"not_recorded", d.not_recorded}, {"smallest", d.made.smallest}, {"median", d.made.median},
                           {"ninth_decile", d.made.ninth_decile}, {"largest", d.made.largest}};
  }
  void operator()(const count_value& c) const {
    out["events"] = {{"unit", to_string(c.of)}, {"n", c.n}};
  }
};

} // namespace

json_document document_of(const finding& f) {
  json_document out;
  out["key"] = f.key;
  out["metric"] = f.metric;
  out["kind"] = to_string(f.kind);
  out["section"] = f.in_section;
  out["status"] = to_string(f.status);
  out["axes"] = json_document::object();
  for (const auto& [axis, value] : f.axes) out["axes"][axis] = value;
  std::visit(value_writer{out}, f.value);
  if (f.why_not) {
    out["undefined"] = {{"reason", to_string(f.why_not->reason)}, {"remedy", f.why_not->remedy}};
    if (f.why_not->bounds) {
      out["undefined"]["lower"] = f.why_not->bounds->lower;
      if (f.why_not->bounds->upper == unbounded) { out["undefined"]["upper"] = nullptr; out["undefined"]["upper_unbounded"] = true; }
      else out["undefined"]["upper"] = f.why_not->bounds->upper;
    }
  }
  if (f.bounds) {
    const auto metric = metric_from_key(f.metric);
    const double scale = metric ? static_cast<double>(printed_per(*metric)) : 1;
    const auto rate = [&](const cluster_tally& c) { return scale * static_cast<double>(c.events) / static_cast<double>(c.exposure); };
    out["label_bounds"] = {{"unresolved", f.bounds->unresolved}, {"fewest", f.bounds->fewest.events}, {"most", f.bounds->most.events}, {"exposure", f.bounds->most.exposure},
                           {"lower", rate(f.bounds->fewest)}, {"upper", rate(f.bounds->most)}, {"lower_limit", f.bounds->lower_limit * scale}};
    if (f.bounds->upper_limit == unbounded) out["label_bounds"]["upper_limit"] = nullptr;
    else out["label_bounds"]["upper_limit"] = f.bounds->upper_limit * scale;
  }
  if (f.between_groups) {
    const group_answer& answer = *f.between_groups;
    json_document said;
    said["verdict"] = to_string(answer.verdict);
    said["different"] = answer.verdict.different;
    if (answer.margin) said["equivalent"] = answer.verdict.equivalent;
    if (answer.margin) said["margin"] = *answer.margin;
    said["comparisons"] = answer.family;
    said["decided_on"] = of(answer.decided, 1);
    if (answer.detectable_ratio) said["detectable_ratio"] = *answer.detectable_ratio;
    if (answer.exposure_needed) said["exposure_of_each_needed"] = std::ceil(*answer.exposure_needed);
    out["between_groups"] = std::move(said);
  }
  if (f.against_margin) {
    const margin_answer& answer = *f.against_margin;
    out["noninferiority"] = {{"margin", answer.margin}, {"verdict", to_string(answer.outcome)}, {"tactic_over_deployments", of(answer.decided, 1)}, {"p_value", answer.p_value}};
  }
  if (!f.baselines.empty()) {
    out["baselines"] = json_document::array();
    for (const baseline_answer& b : f.baselines) {
      json_document row{{"name", b.name}, {"source", b.source}, {"share", b.share}, {"p_excess", b.p_excess}, {"p_two_sided", b.p_two_sided}, {"multinomial_p", b.multinomial_p}};
      if (b.detectable_ratio) row["detectable_ratio"] = *b.detectable_ratio;
      out["baselines"].push_back(std::move(row));
    }
  }
  if (!f.miscounts.empty()) {
    out["if_exposure_is_miscounted"] = json_document::array();
    for (const miscount& m : f.miscounts) {
      const auto metric = metric_from_key(f.metric);
      const double scale = metric ? static_cast<double>(printed_per(*metric)) : 1;
      json_document row{{"percent", m.percent}, {"lower", m.lower * scale}};
      if (m.upper == unbounded) { row["upper"] = nullptr; row["upper_unbounded"] = true; }
      else row["upper"] = m.upper * scale;
      out["if_exposure_is_miscounted"].push_back(std::move(row));
    }
  }
  if (f.spread) out["heterogeneity"] = of(*f.spread, metric_from_key(f.metric));
  if (f.held) {
    out["conditions"] = of(*f.held);
    out["label_source"] = of(f.held->label_source);
  }
  if (f.not_recorded != 0) out["deployments_not_recording"] = f.not_recorded;
  if (f.suspended != 0) out["deployments_with_copied_column"] = f.suspended;
  if (f.unusable != 0) out["not_in_this_figure"] = {{"deployments", f.unusable}, {"events", f.unusable_events}};
  if (f.not_adding_up != 0) out["deployments_not_adding_up"] = f.not_adding_up;
  out["sentence"] = f.sentence;
  if (!f.notes.empty()) out["notes"] = f.notes;
  out["flags"] = of(f.flags);
  out["cites"] = json_document::array();
  for (std::size_t from = 0; from < f.cites.size();) {
    const std::size_t comma = std::min(f.cites.find(", ", from), f.cites.size());
    out["cites"].push_back(f.cites.substr(from, comma - from));
    from = comma + 2;
  }
  return out;
}

json_document document_of(const interval& made, double scale) { return of(made, scale); }

json_document document_of(const curve& c) {
  json_document out;
  out["name"] = c.name;
  out["meaning"] = c.meaning;
  out["columns"] = json_document::object();
  for (const curve::column& column : c.columns) {
    json_document cells = json_document::array();
    std::visit([&](const auto& values) {
      for (const auto& value : values) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) cells.push_back(value);
        else cells.push_back(value ? json_document(*value) : json_document(nullptr));
      }
    }, column.values);
    out["columns"][column.name] = std::move(cells);
  }
  return out;
}

} // namespace lfreval

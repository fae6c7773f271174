#include <lfreval/report/plan.hpp>

#include <algorithm>

#include <lfreval/report/page.hpp>
#include <lfreval/types/number.hpp>

#include "report/figure_parts.hpp"
#include "report/page_shell.hpp"
#include "report/plan_words.hpp"
#include "report/planner.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace page {

namespace {

std::string whole_words(std::optional<double> value) { return value ? grouped(static_cast<std::uint64_t>(std::ceil(*value))) : std::string(); }
std::string percent_of(double chance) { return chance_words(chance); }

/// The words of the terminal with the names of rates as people write them, begun with a large letter.
std::string on_page(std::string words) {
  for (const metric_id metric : {metric_id::false_positive_identification_rate, metric_id::true_positive_identification_rate}) {
    const std::string key(to_string(metric));
    for (std::size_t at = words.find(key); at != std::string::npos; at = words.find(key)) words.replace(at, key.size(), describe(metric).name);
  }
  return capital(std::move(words));
}

html plan_header(const trial_plan& p) {
  const trial_design& d = p.design;
  html out;
  out.element("p", "Live facial recognition: the plan of a trial", {{"class", "kicker"}}).element("h1", d.name);
  const auto entry = [&](const std::string& name, const std::string& words) { out.open("div").element("dt", name).element("dd", words).close("div"); };
  out.open("dl", {{"class", "conditions"}});
  for (const auto& [metric, rate] : d.rates) entry("Supposed " + std::string(describe(metric).name), about(rate, rounding::nearest, rate > 0.1));
  entry("Passes of each person", grouped(d.passes_per_person) + ", design effect " + significant(d.design_effect, 3, rounding::nearest));
  entry("People on the list", d.watchlist_persons ? grouped(*d.watchlist_persons) : "not declared");
  if (!d.comparator.empty()) entry("Another system on the same passages", d.comparator + ", threshold " + shortest(d.comparator_threshold));
  entry("Threshold", d.operating_threshold ? shortest(*d.operating_threshold) : "not declared: the limits are about no threshold until it is");
  entry("Confidence", level_words(d.level) + ", one-sided for limits" + (d.comparator.empty() ? "" : ", two-sided between systems"));
  entry("Wanted chance", percent_of(d.power) + " for each claim, if what is supposed is right");
  out.close("dl");
  return out;
}

html claims_chapter(const trial_plan& p) {
  html out;
  std::vector<std::vector<std::string>> rows;
  for (const planned_claim& one : p.claims) {
    out.open("div", {{"class", "finding"}}).element("p", on_page(claim_words(p.design, one.claim)) + ".", {{"class", "plain"}}).element("p", need_words(p.design, one), {{"class", "technical"}}).close("div");
    const bool reached = one.reachable;
    rows.push_back({on_page(claim_words(p.design, one.claim)), reached ? grouped(one.passages) : "out of reach", reached && one.persons ? grouped(*one.persons) : "", reached ? whole_words(one.hours) : "", reached ? percent_of(one.power) : ""});
  }
  out.element("p", "All of them: " + total_words(p) + ".");
  out.table("What each claim takes", {{"Claim"}, {"Passages", true}, {"Persons", true}, {"Hours", true}, {"Chance", true}}, rows);
  return out;
}

figure chance_figure(const trial_plan& p, const chance_curve& curve) {
  const planned_claim& claim = p.claims[curve.claim];
  const bool misses = of_misses(claim.claim);
  const std::uint64_t budget = misses ? p.budget_mated : p.budget_nonmated;
  figure f;
  f.id = "chance-" + std::to_string(curve.claim + 1);
  f.title = on_page(claim_words(p.design, claim.claim));
  f.sentence = "The chance that a trial of this size supports the claim, if what is supposed is right. ";
  if (!on_systems(claim.claim)) f.sentence += "It rises with the size, with small falls where one more error would be allowed only a little later. ";
  f.sentence += "The line joins the sizes that were worked out.";
  f.columns = {{misses ? "Mated passages" : "Non-mated passages", true}, {"Chance", true}};
  const double passes = static_cast<double>(p.design.passes_per_person);
  if (misses && passes > 1) f.columns.insert(f.columns.begin() + 1, {"Persons", true});
  json_document values = json_document::array(), planned = json_document::array(), wanted = json_document::array(), had = json_document::array();
  for (const chance_curve::point& at : curve.points) {
    f.rows.push_back({grouped(at.passages)});
    if (misses && passes > 1) f.rows.back().push_back(grouped(at.passages / p.design.passes_per_person));
    f.rows.back().push_back(percent_of(at.chance));
    values.push_back({{"size", at.passages}, {"chance", 100.0 * at.chance}});
    if (at.passages == claim.passages) planned.push_back({{"size", at.passages}, {"label", "planned"}});
    if (at.passages == budget && budget != claim.passages) had.push_back({{"size", at.passages}, {"label", "budget"}});
  }
  wanted.push_back({{"chance", 100.0 * p.design.power}, {"size", 0}, {"label", "wanted"}});
  json_document at_x = field("size", "quantitative", {{"scale", {{"domain", {0, curve.points.back().passages}}, {"nice", false}}}, {"axis", {{"title", misses ? "Mated passages" : "Non-mated passages"}, {"tickCount", 5}, {"labelExpr", "format(datum.value, ',.0f')"}}}});
  const json_document at_y = field("chance", "quantitative", {{"scale", {{"domain", {0, 100}}}}, {"axis", {{"title", "Chance that the claim is supported"}, {"tickCount", 5}, {"labelExpr", "datum.value + ' %'"}}}});
  const json_document words = field("label", "nominal");
  json_document spec{{"height", 240}, {"data", {{"values", values}}}, {"layer", json_document::array()}};
  spec["layer"].push_back(own_data(wanted, layer(mark("rule", "declared"), {{"y", at_y}})));
  spec["layer"].push_back(own_data(wanted, layer(mark("text", "label", {{"align", "left"}, {"dx", 4}, {"dy", -8}}), {{"x", at_x}, {"y", at_y}, {"text", words}})));
  spec["layer"].push_back(own_data(planned, layer(mark("rule", "change"), {{"x", at_x}})));
  spec["layer"].push_back(own_data(planned, layer(mark("text", "label", {{"align", "left"}, {"dx", 4}, {"baseline", "bottom"}, {"y", 236}}), {{"x", at_x}, {"text", words}})));
  spec["layer"].push_back(own_data(had, layer(mark("rule", "reference"), {{"x", at_x}})));
  spec["layer"].push_back(own_data(had, layer(mark("text", "label", {{"align", "left"}, {"dx", 4}, {"baseline", "bottom"}, {"y", 220}}), {{"x", at_x}, {"text", words}})));
  spec["layer"].push_back(layer(mark("line", "curve"), {{"x", at_x}, {"y", at_y}}));
  spec["layer"].push_back(layer(mark("point", "estimate"), {{"x", at_x}, {"y", at_y}}));
  f.specification = std::move(spec);
  f.alternative = "With " + counted_words(claim.passages, passages_of(claim.claim), "") + ", as planned, the chance is " + percent_of(claim.power) + "; with " + counted_words(curve.points.front().passages, passages_of(claim.claim), "") + ", " + percent_of(curve.points.front().chance) +
                  "; with " + counted_words(curve.points.back().passages, passages_of(claim.claim), "") + ", " + percent_of(curve.points.back().chance) + ".";
  return f;
}

html list_chapter(const trial_plan& p) {
  html out;
  out.element("p", capital(list_words(p)));
  std::vector<std::vector<std::string>> rows;
  for (const group_quota& one : p.quotas) rows.push_back({one.axis + ": " + one.group, grouped(one.persons)});
  if (!rows.empty()) out.table("Of the people who shall be found", {{"Group"}, {"Persons", true}}, rows);
  return out;
}

html budget_chapter(const trial_plan& p) {
  html out;
  out.element("p", capital(counted_words(p.budget_mated, unit::mated_passages, "")) + ", " + counted_words(p.budget_nonmated, unit::nonmated_passages, "") + ".");
  out.open("ul");
  for (const std::string& words : budget_words(p)) out.element("li", on_page(words));
  out.close("ul");
  if (p.groups.empty()) return out;
  out.element("p", sensitivity_words(p)).open("ul");
  for (const group_sensitivity& one : p.groups) out.element("li", capital(sensitivity_words(one)));
  return out.close("ul");
}

html listed(const std::vector<std::string>& lines) {
  html out;
  out.open("ul");
  for (const std::string& line : lines) out.element("li", on_page(line));
  return out.close("ul");
}

html registration(const trial_plan& p) {
  html out;
  out.element("p", "Deposit this study, or its hash, before the first passage: an evaluation states the hash of the study that it was made from, and whoever holds this one sees whether limits or margins came later.");
  out.open("p").text("SHA-256 of the study: ").element("code", p.study_sha256).close("p");
  out.open("p").text("SHA-256 of the design: ").element("code", p.design.sha256).close("p");
  return out.open("pre").text(p.study).close("pre");
}

} // namespace

} // namespace page

std::string to_page(const trial_plan& p, const std::vector<simulated_claim>& simulated) {
  std::vector<page::chapter> chapters;
  chapters.push_back({"claims", "What the trial shall support, and what that takes", page::claims_chapter(p)});
  html chances;
  for (const chance_curve& curve : chances_by_size(p)) page::add_figure(chances, page::chance_figure(p, curve), page_has_pictures());
  if (!chances.empty()) chapters.push_back({"chances", "The chance of each claim, over the size of the trial", std::move(chances)});
  if (!list_words(p).empty()) chapters.push_back({"list", "The list to load", page::list_chapter(p)});
  if (p.design.budget) chapters.push_back({"budget", "What the budget can show, and what it cannot", page::budget_chapter(p)});
  if (!simulated.empty()) chapters.push_back({"simulated", "What simulated trials showed, evaluated whole", page::listed(simulation_words(p, simulated))});
  std::vector<std::string> supposed = reservation_words(p);
  supposed.insert(supposed.begin(), supposed_words(p.design));
  chapters.push_back({"supposed", "What was supposed, and what the chances do not hold", page::listed(supposed)});
  chapters.push_back({"registration", "The study to be deposited", page::registration(p)});
  return page::assembled({p.design.name + ": the plan of a live facial recognition trial", page::plan_header(p), std::move(chapters), "Made by lfreval from the design alone. Nothing here was measured, and no chance is better than what was supposed.", false});
}

} // namespace lfreval

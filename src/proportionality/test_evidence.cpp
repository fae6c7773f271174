#include <lfreval/proportionality/test_evidence.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

namespace lfreval {

namespace {

/// What was in use: thresholds and the largest list of each version that the deployments name.
struct version_in_use {
  std::set<std::string> thresholds;
  std::uint64_t largest_list = 0;
};

std::map<std::string, version_in_use> versions_of(const std::vector<deployment_use>& uses) {
  std::map<std::string, version_in_use> out;
  for (const deployment_use& use : uses) {
    if (!use.record->system) continue;
    version_in_use& here = out[*use.record->system];
    if (use.record->threshold) here.thresholds.insert(*use.record->threshold);
    if (use.record->watchlist_persons) here.largest_list = std::max(here.largest_list, use.record->watchlist_persons->value());
    else if (use.record->watchlist_images) here.largest_list = std::max(here.largest_list, use.record->watchlist_images->value());
  }
  return out;
}

bool is_outside(const std::string& party) { return party == "independent" || party == "regulator"; }

void add_coverage(indicator_parts& out, const register_log& registers, const std::vector<deployment_use>& uses) {
  indicator_check version = started_check("test_report_for_version", "Each version in use was tested");
  indicator_check covered = started_check("test_threshold_covers_use", "Each threshold in use lies within what was tested of its version");
  indicator_check size = started_check("test_list_size_covers_use", "A test of each version searched a list of at least nine tenths of the largest in use");
  for (const auto& [name, in_use] : versions_of(uses)) {
    std::vector<const test_report*> of;
    for (const test_report& one : registers.tests)
      if (one.system == name) of.push_back(&one);
    const std::string shown = printable(name);
    ++version.made.examined;
    if (of.empty()) name_row(version, shown, "no test report");
    for (const std::string& threshold : in_use.thresholds) {
      const auto value = parse_decimal(threshold);
      ++covered.made.examined;
      const bool inside = value && std::any_of(of.begin(), of.end(), [&](const test_report* t) { return t->threshold_from && *t->threshold_from <= *value && t->threshold_to.value_or(*t->threshold_from) >= *value; });
      if (!inside) name_row(covered, shown, "threshold " + threshold + " is in no test report");
    }
    if (in_use.largest_list == 0) continue;
    ++size.made.examined;
    std::uint64_t largest_tested = 0;
    for (const test_report* t : of) largest_tested = std::max(largest_tested, t->watchlist_persons.value_or(0));
    if (10 * largest_tested < 9 * in_use.largest_list) name_row(size, shown, grouped(largest_tested) + " searched in a test, " + grouped(in_use.largest_list) + " in use");
  }
  for (indicator_check* one : {&version, &covered, &size}) out.checks.push_back(std::move(*one));
}

void add_disclosures(indicator_parts& out, const register_log& registers) {
  indicator_check disclosed = started_check("adverse_result_disclosed", "Each adverse test result was told to the regulator");
  indicator_distribution days{"days_to_disclosure", {}, {}, 0};
  std::uint64_t ordinal = 0;
  for (const test_report& one : registers.tests) {
    ++ordinal;
    if (!one.adverse) continue;
    ++disclosed.made.examined;
    if (!*one.adverse) continue;
    std::optional<calendar_date> told;
    for (const disclosure_entry& d : registers.disclosures)
      if (d.test == one.id && d.to == "regulator") told = told ? std::min(*told, d.told) : d.told;
    if (!told) name_row(disclosed, "test report " + std::to_string(ordinal), one.dated ? "adverse, dated " + to_iso(*one.dated) + ", not told" : "adverse, not told");
    else if (one.dated) days.values.push_back(static_cast<double>(days_between(*one.dated, *told)));
    else ++days.not_recorded;
  }
  out.checks.push_back(std::move(disclosed));
  out.distributions.push_back(std::move(days));
}

} // namespace

indicator_parts test_parts(const register_log& registers, std::span<const watchlist_entry> list, const std::vector<deployment_use>& uses) {
  indicator_parts out;
  add_coverage(out, registers, uses);

  indicator_check independent = started_check("test_report_independent", "At least one test was run, paid for and scoped independently of force, government and vendor");
  independent.made.examined = registers.tests.size();
  if (std::none_of(registers.tests.begin(), registers.tests.end(), [](const test_report& t) { return is_outside(t.tester) && is_outside(t.funder) && is_outside(t.scope_setter); })) {
    std::uint64_t ordinal = 0;
    for (const test_report& t : registers.tests) {
      const auto said = [](const std::string& who) { return who.empty() ? std::string("not on record") : who; };
      name_row(independent, "test report " + std::to_string(++ordinal), "run by " + said(t.tester) + ", paid by " + said(t.funder) + ", scope by " + said(t.scope_setter));
    }
  }
  out.checks.push_back(std::move(independent));
  add_disclosures(out, registers);

  indicator_check minors = started_check("listed_minors_tested", "Where minors are listed, people of their age were tested");
  std::set<std::string> bands;
  for (const watchlist_entry& e : list)
    if (!e.age_band.empty()) bands.insert(e.age_band);
  for (const std::string& band : bands) {
    ++minors.made.examined;
    if (band == "adult") continue;
    if (std::none_of(registers.tests.begin(), registers.tests.end(), [&](const test_report& t) { return t.age_bands.contains(band); }))
      name_row(minors, band == "under_13" ? "under 13" : "under 18", "listed, in no test report");
  }
  out.checks.push_back(std::move(minors));
  return out;
}

} // namespace lfreval

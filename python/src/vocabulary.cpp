// Units, metrics and flags: the closed tables of the library.
#include "module.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include <pybind11/stl.h>

#include <lfreval/study/keys.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval::python {

namespace {

struct named_unit {
  const char* name;
  unit of;
};

constexpr std::array units{
    named_unit{"faces", unit::faces},
    named_unit{"passages", unit::passages},
    named_unit{"mated_passages", unit::mated_passages},
    named_unit{"nonmated_passages", unit::nonmated_passages},
    named_unit{"persons", unit::persons},
    named_unit{"alerts", unit::alerts},
    named_unit{"true_alerts", unit::true_alerts},
    named_unit{"false_alerts", unit::false_alerts},
    named_unit{"unresolved_alerts", unit::unresolved_alerts},
    named_unit{"resolved_alerts", unit::resolved_alerts},
    named_unit{"engagements", unit::engagements},
    named_unit{"true_engagements", unit::true_engagements},
    named_unit{"false_engagements", unit::false_engagements},
    named_unit{"outcomes", unit::outcomes},
    named_unit{"nonmated_passages_with_alert", unit::nonmated_passages_with_alert},
    named_unit{"mated_passages_identified", unit::mated_passages_identified},
    named_unit{"mated_passages_missed", unit::mated_passages_missed},
    named_unit{"false_candidates", unit::false_candidates},
    named_unit{"comparisons", unit::comparisons},
    named_unit{"false_matches", unit::false_matches},
    named_unit{"watchlist_images", unit::watchlist_images},
    named_unit{"watchlist_persons", unit::watchlist_persons},
    named_unit{"seconds", unit::seconds},
    named_unit{"deployments", unit::deployments},
    named_unit{"mated_comparisons", unit::mated_comparisons},
    named_unit{"false_nonmatches", unit::false_nonmatches},
    named_unit{"passages_not_acquired", unit::passages_not_acquired},
    named_unit{"false_alerts_of_group", unit::false_alerts_of_group},
    named_unit{"serious_true_alerts", unit::serious_true_alerts},
    named_unit{"stale_true_alerts", unit::stale_true_alerts},
    named_unit{"alerts_with_offence_grade", unit::alerts_with_offence_grade},
    named_unit{"listed_in_stated_category", unit::listed_in_stated_category},
    named_unit{"listed_with_presence_reason", unit::listed_with_presence_reason},
    named_unit{"listed_with_individual_reason", unit::listed_with_individual_reason},
    named_unit{"listed_reviewed_in_time", unit::listed_reviewed_in_time},
    named_unit{"listed_not_wanted", unit::listed_not_wanted},
    named_unit{"listed_for_serious_offence", unit::listed_for_serious_offence},
    named_unit{"listed_persons_found", unit::listed_persons_found},
    named_unit{"found_with_address_on_record", unit::found_with_address_on_record},
    named_unit{"found_at_known_address", unit::found_at_known_address},
    named_unit{"listed_minors", unit::listed_minors},
    named_unit{"authorised_listed_minors", unit::authorised_listed_minors},
    named_unit{"images_with_source", unit::images_with_source},
    named_unit{"adjudicated_false_alerts", unit::adjudicated_false_alerts},
    named_unit{"rejected_false_alerts", unit::rejected_false_alerts},
    named_unit{"adjudicated_true_alerts", unit::adjudicated_true_alerts},
    named_unit{"accepted_true_alerts", unit::accepted_true_alerts},
    named_unit{"credible_alerts", unit::credible_alerts},
    named_unit{"credible_alerts_engaged", unit::credible_alerts_engaged},
    named_unit{"adjudicated_engagements", unit::adjudicated_engagements},
    named_unit{"officer_seconds", unit::officer_seconds},
    named_unit{"false_alerts_on_kin", unit::false_alerts_on_kin},
    named_unit{"false_alerts_with_relation", unit::false_alerts_with_relation},
    named_unit{"operators", unit::operators},
    named_unit{"operators_in_training", unit::operators_in_training},
    named_unit{"complaints", unit::complaints},
    named_unit{"complaints_answered", unit::complaints_answered},
    named_unit{"deployments_authorised", unit::deployments_authorised},
    named_unit{"deployments_announced", unit::deployments_announced},
    named_unit{"deployments_assessed", unit::deployments_assessed},
    named_unit{"deployments_of_stated_use", unit::deployments_of_stated_use},
    named_unit{"deployments_followed_up", unit::deployments_followed_up},
    named_unit{"false_engagements_with_force_on_record", unit::false_engagements_with_force_on_record},
    named_unit{"false_engagements_with_force", unit::false_engagements_with_force},
    named_unit{"money", unit::money},
    named_unit{"expected_outcomes", unit::expected_outcomes},
    named_unit{"eligible_persons", unit::eligible_persons},
};

const char* name_of(unit u) {
  for (const named_unit& one : units)
    if (one.of == u) return one.name;
  throw std::logic_error("a unit has no name in Python: " + std::string(to_string(u)));
}

py::dict described(metric_id id) {
  const metric_description& d = describe(id);
  py::dict out;
  out["key"] = d.key;
  out["name"] = d.name;
  out["events"] = name_of(units_of(id).events);
  out["exposure"] = name_of(units_of(id).exposure);
  out["family"] = d.family == metric_family::share ? "share" : "rate";
  out["section"] = to_string(d.in_section);
  out["limit"] = d.direction == limit_direction::at_most ? "at_most" : d.direction == limit_direction::at_least ? "at_least" : "none";
  out["meaning"] = d.meaning;
  out["formula"] = d.formula;
  out["undefined_when"] = d.undefined_when;
  out["cannot_show"] = d.cannot_show;
  out["cites"] = d.cites;
  out["of_the"] = d.of_the;
  out["printed_per"] = printed_per(id);
  py::list kinds;
  for (const source_kind kind : {source_kind::operational, source_kind::seeded, source_kind::scores, source_kind::published})
    if (supports(kind, id)) kinds.append(to_string(kind));
  out["supported_by"] = kinds;
  return out;
}

} // namespace

void bind_vocabulary(py::module_& module) {
  module.def("units", [] {
    py::list out;
    for (const named_unit& one : units) out.append(py::make_tuple(one.name, singular(one.of), to_string(one.of)));
    return out;
  });
  module.def("metrics", [] {
    py::list out;
    for (const metric_units& row : metric_units_table) out.append(described(row.id));
    return out;
  });
  module.def("flags", [] {
    py::dict out;
    for (unsigned i = 0; i < flag_count; ++i) out[py::str(std::string(to_string(static_cast<flag>(i))))] = meaning_of(static_cast<flag>(i));
    return out;
  });
  module.def("nearest", [](const std::string& word, const std::vector<std::string>& of) { return nearest(word, of); });
  module.attr("largest_count") = largest_count;
}

} // namespace lfreval::python

#include <lfreval/proportionality/documents.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <lfreval/study/tables.hpp>

namespace lfreval {

namespace {

std::vector<std::string> listed(std::string_view words) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= words.size();) {
    const std::size_t bar = std::min(words.find('|', from), words.size());
    out.emplace_back(words.substr(from, bar - from));
    from = bar + 1;
  }
  return out;
}

std::string in_words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name == "dpia" ? "data protection impact assessment" : name;
}

/// The contents that the law names for a kind of document: DPA 2018 s.64(3) and s.42, AI Act Art. 27(1).
std::vector<std::string> required_contents(std::string_view kind) {
  if (kind == "dpia") return {"description", "measures", "risks", "safeguards"};
  if (kind == "appropriate_policy_document") return {"conditions", "principles", "retention"};
  if (kind == "fundamental_rights_impact_assessment") return {"complaint_route", "frequency", "groups_affected", "harms", "oversight", "period", "process"};
  return {};
}

using documents_of_kind = std::vector<const document_entry*>;

/// The one in force on a day: the newest that was made by then. Undated ones are older than any other.
const document_entry* in_force(const documents_of_kind& of, calendar_date day) {
  const document_entry* out = nullptr;
  for (const document_entry* one : of)
    if ((!one->dated || *one->dated <= day) && (out == nullptr || out->dated <= one->dated)) out = one;
  return out;
}

void check_kind(indicator_parts& out, const std::string& kind, const documents_of_kind& of, std::optional<calendar_date> first, std::optional<calendar_date> last) {
  const std::map<std::string, std::string> axes{{"document", kind}};
  const std::string the = in_words(kind);
  indicator_check present = started_check("document_present", "There is a document of this kind: " + the, axes);
  present.made.examined = 1;
  if (of.empty()) name_row(present, the, "none in the register");
  out.checks.push_back(std::move(present));

  indicator_check before = started_check("document_before_use", "The document is older than the first use: " + the, axes);
  indicator_check current = started_check("document_in_date", "The document was not overdue for review at the last use: " + the, axes);
  indicator_check complete = started_check("document_complete", "The document has the contents that the law names: " + the, axes);
  if (!of.empty() && first && last) {
    before.made.examined = 1;
    if (std::none_of(of.begin(), of.end(), [&](const document_entry* d) { return d->dated && *d->dated < *first; })) {
      const document_entry* earliest = nullptr;
      for (const document_entry* d : of)
        if (d->dated && (earliest == nullptr || *d->dated < *earliest->dated)) earliest = d;
      name_row(before, the, (earliest == nullptr ? "without a date" : "dated " + to_iso(*earliest->dated)) + std::string("; first use ") + to_iso(*first));
    }
    current.made.examined = 1;
    const document_entry* held = in_force(of, *last);
    if (held == nullptr) name_row(current, the, "none made by the last use, " + to_iso(*last));
    else if (!held->review_due) name_row(current, the, "no review date");
    else if (*held->review_due < *last) name_row(current, the, "review due " + to_iso(*held->review_due) + "; last use " + to_iso(*last));
  }
  const std::vector<std::string> required = required_contents(kind);
  if (!of.empty() && !required.empty()) {
    complete.made.examined = required.size();
    const document_entry* newest = of.front();
    for (const document_entry* d : of)
      if (newest->dated <= d->dated) newest = d;
    for (const std::string& one : required)
      if (!newest->contents.contains(one)) name_row(complete, the, "without " + in_words(one));
  }
  out.checks.push_back(std::move(before));
  out.checks.push_back(std::move(current));
  if (!required.empty()) out.checks.push_back(std::move(complete));
}

} // namespace

indicator_parts document_parts(const register_log& registers, std::optional<calendar_date> first, std::optional<calendar_date> last) {
  indicator_parts out;
  for (const std::string& kind : listed(document_kinds)) {
    documents_of_kind of;
    for (const document_entry& one : registers.documents)
      if (one.kind == kind) of.push_back(&one);
    check_kind(out, kind, of, first, last);
  }

  indicator_check consulted = started_check("consultation_where_risk_high", "The regulator was consulted where an impact assessment says that risk stays high");
  indicator_check overseen = started_check("independent_oversight", "A body outside the force reviewed at least one document");
  std::uint64_t ordinal = 0, reviewed = 0;
  for (const document_entry& one : registers.documents) {
    ++ordinal;
    reviewed += one.overseen ? 1 : 0;
    if (one.residual_risk.empty()) continue;
    ++consulted.made.examined;
    if (one.residual_risk == "high" && !one.consulted) name_row(consulted, "document " + std::to_string(ordinal), in_words(one.kind) + ": risk stays high, no consultation on record");
  }
  overseen.made.examined = registers.documents.size();
  if (reviewed == 0 && ordinal != 0) name_row(overseen, "all documents", "none names a body outside the force");
  out.checks.push_back(std::move(consulted));
  out.checks.push_back(std::move(overseen));

  for (const char* whom : {"listed", "scanned"})
    for (const char* route : {"access", "complaint", "objection"}) {
      indicator_check told = started_check("route_on_record", "A document tells people who are " + std::string(whom) + " the way to " + (route == std::string("access") ? "ask for their data" : route == std::string("complaint") ? "complain" : "object"),
                                           {{"for", whom}, {"route", route}});
      told.made.examined = registers.documents.size();
      const std::string wanted = std::string(whom) + "_" + route;
      if (told.made.examined != 0 && std::none_of(registers.documents.begin(), registers.documents.end(), [&](const document_entry& d) { return d.routes.contains(wanted); }))
        name_row(told, "all documents", "none tells it");
      out.checks.push_back(std::move(told));
    }

  indicator_check reviewed_after = started_check("impact_reviewed_after_change", "Equality impact was assessed on or after each change of what is in use");
  ordinal = 0;
  for (const change_entry& change : registers.changes) {
    ++ordinal;
    ++reviewed_after.made.examined;
    const bool done = std::any_of(registers.documents.begin(), registers.documents.end(), [&](const document_entry& d) { return d.kind == "equality_impact_assessment" && d.dated && *d.dated >= change.changed; });
    if (!done) name_row(reviewed_after, "change " + std::to_string(ordinal), change.what + " on " + to_iso(change.changed) + ", no equality impact assessment since");
  }
  out.checks.push_back(std::move(reviewed_after));
  return out;
}

indicator_parts retention_parts(const register_log& registers) {
  indicator_parts out;
  indicator_check agree = started_check("retention_consistent", "Documents state the same retention period for the same data");
  std::map<std::string, std::map<std::string, std::set<std::uint64_t>>> stated; ///< what -> document -> seconds
  std::map<std::string, std::vector<std::uint64_t>> measured;
  for (const retention_entry& one : registers.retention) {
    if (one.stated_seconds) stated[one.what][one.document.empty() ? "configuration" : one.document].insert(*one.stated_seconds);
    if (one.measured_seconds) measured[one.what].push_back(*one.measured_seconds);
  }
  for (const auto& [what, documents] : stated) {
    std::set<std::uint64_t> values;
    std::string words;
    for (const auto& [document, seconds_stated] : documents)
      for (const std::uint64_t one : seconds_stated) {
        values.insert(one);
        words += (words.empty() ? "" : ", ") + std::to_string(one) + " s in " + in_words(document);
      }
    std::size_t statements = 0;
    for (const auto& document : documents) statements += document.second.size();
    if (statements < 2) continue; // one statement cannot disagree
    ++agree.made.examined;
    if (values.size() > 1) name_row(agree, in_words(what), words);
  }
  out.checks.push_back(std::move(agree));

  for (const auto& [what, values] : measured) {
    indicator_check kept = started_check("retention_kept", "What was deleted was deleted within the shortest period that a document states: " + in_words(what), {{"what", what}});
    if (const auto limits = stated.find(what); limits != stated.end()) {
      std::uint64_t shortest_stated = ~std::uint64_t{0}, late = 0, longest = 0;
      for (const auto& document : limits->second) shortest_stated = std::min(shortest_stated, *document.second.begin());
      for (const std::uint64_t one : values) {
        late += one > shortest_stated ? 1 : 0;
        longest = std::max(longest, one);
      }
      kept.made.examined = values.size();
      if (late != 0)
        name_row(kept, in_words(what), std::to_string(late) + " of " + std::to_string(values.size()) + " deletions after more than " + std::to_string(shortest_stated) + " s, the longest after " + std::to_string(longest) + " s");
    }
    out.checks.push_back(std::move(kept));
    indicator_distribution times{"deletion_time", {{"what", what}}, {}, 0};
    for (const std::uint64_t one : values) times.values.push_back(static_cast<double>(one));
    out.distributions.push_back(std::move(times));
  }
  return out;
}

} // namespace lfreval

/// @file
/// The registers of a force: documents, test reports, authorisations, notices, costs and the rest, as typed rows.
///
/// Identifiers are kept to join rows and are never printed; of free text only whether it is there is kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <lfreval/log/input_file.hpp>
#include <lfreval/log/ledger.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/date.hpp>

namespace lfreval {

/// Nanoseconds as `timestamp` counts them.
using moment = std::int64_t;

struct document_entry {
  std::string id, kind;                            ///< `kind` of `document_kinds`
  std::optional<calendar_date> dated, review_due, consulted;
  std::set<std::string> contents, routes;
  std::string residual_risk;                       ///< `low`, `medium`, `high` or nothing
  bool overseen = false;                           ///< a body outside the force is named
  std::set<std::string> categories, categories_not_wanted, serious_grades;
  std::optional<std::uint64_t> review_days, notice_hours, complaint_days;
};

struct test_report {
  std::string id, system;
  std::optional<double> threshold_from, threshold_to;
  std::optional<std::uint64_t> watchlist_persons;
  std::optional<calendar_date> dated;
  std::string tester, funder, scope_setter;        ///< `independent`, `regulator`, `government`, `force`, `vendor` or nothing
  std::optional<bool> adverse;
  std::set<std::string> age_bands;
};

struct change_entry {
  std::string id, what;
  calendar_date changed;
  bool reasoned = false;
};

struct comparator_entry {
  std::string id, tactic, site;
  std::optional<bool> control, after;              ///< `after`: whether of the time after facial recognition began
  std::optional<calendar_date> from, to;
  std::optional<std::uint64_t> officer_seconds, cost;
  bool reasoned = false;                           ///< why it was not enough is on record
  std::map<std::string, std::uint64_t> outcomes;
};

struct cost_entry {
  std::string id, kind, currency;
  std::uint64_t amount = 0;
};

struct staffing_entry {
  std::string id;                                  ///< of the deployment
  std::optional<std::uint64_t> officers;
  std::uint64_t officer_seconds = 0;
};

struct complaint_entry {
  std::string id, deployment;
  calendar_date received;
  std::optional<calendar_date> answered;
};

struct notice_entry {
  std::string id, deployment;
  std::optional<moment> published;
  std::set<std::string> tells;
};

struct retention_entry {
  std::string id, what, document;
  std::optional<std::uint64_t> stated_seconds, measured_seconds;
};

struct expectation_entry {
  std::string id, outcome;
  std::optional<calendar_date> registered;
  std::optional<std::uint64_t> expected, eligible_persons;
  bool stops = false;                              ///< a rule to stop is declared
  std::optional<double> margin = std::nullopt;     ///< share of the rate of this outcome that another tactic must keep to do as well
};

struct operator_entry {
  std::string id;
  std::optional<calendar_date> trained_on, valid_until;
};

struct authorisation_entry {
  std::string id;                                  ///< of the deployment
  std::optional<moment> authorised, planned_start, planned_end, started, ended, judicial, notified;
  std::optional<calendar_date> started_on;         ///< the day of `started`, by the clock that it was written with
  bool ranked = false, grounded = false, justified = false;
  std::string use_case, sensitive_place;           ///< closed lists; empty where nothing is on record
  std::optional<bool> urgent;
};

struct disclosure_entry {
  std::string id, test, to;
  calendar_date told;
};

/// All registers of a study. Rows are in the order of their identifiers, whatever file they came from.
struct register_log {
  std::set<std::string> given;                     ///< kinds of the registers that the study names
  std::vector<document_entry> documents;
  std::vector<test_report> tests;
  std::vector<change_entry> changes;
  std::vector<comparator_entry> comparators;
  std::vector<cost_entry> costs;
  std::vector<staffing_entry> staffing;
  std::vector<complaint_entry> complaints;
  std::vector<notice_entry> notices;
  std::vector<retention_entry> retention;
  std::vector<expectation_entry> expectations;
  std::vector<operator_entry> operators;
  std::vector<authorisation_entry> authorisations;
  std::vector<disclosure_entry> disclosures;
  std::vector<input_file> files;
  ledger refused;
};

/// Reads every `[[register]]` of the study: CSV files as other tables, and TOML files (named `.toml`) with one `[[KIND]]` for each
/// row. A row that breaks a rule of its column goes to the ledger with file, line, column, value and what is allowed; so do
/// all copies of an identifier. Refused besides: an end before its start, costs in two currencies.
///
/// Errors, all together: files that cannot be read, columns that a file lacks, keys of a TOML file that its register does not
/// have, times with an offset in one register and without in another.
[[nodiscard]] tl::expected<register_log, std::vector<error>> read_registers(const study&);

} // namespace lfreval

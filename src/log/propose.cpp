#include <lfreval/log/propose.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/log/csv.hpp>
#include <lfreval/study/tables.hpp>
#include <lfreval/types/date.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

namespace lfreval {

namespace {

/// What a header probably means. `needle` is looked for in the header in lower case; the first row that fits wins, so the
/// narrower ones stand first.
struct guess {
  std::string_view needle;
  std::string_view column;
  std::string_view also; ///< further settings of the mapping
};

constexpr guess guesses[] = {
    {"date_as_published", "", ""}, {"source_title", "", ""}, {"source_url", "", ""},
    {"published_false_alert_rate_percent", "published_false_alert_rate", "unit = \"percent\""},
    {"false_alert_rate", "published_false_alert_rate", "unit = \"percent\""}, {"incorrect_alert_rate", "published_false_alert_rate", "unit = \"percent\""},
    {"true_alerts_confirmed", "true_confirmed", ""}, {"confirmed_true", "true_confirmed", ""}, {"true_alerts_unconfirmed", "true_unconfirmed", ""},
    {"false_alerts_confirmed", "false_confirmed", ""}, {"confirmed_false", "false_confirmed", ""}, {"false_alerts_unconfirmed", "false_unconfirmed", ""},
    {"true_alert_engagement", "true_engaged", ""}, {"false_alert_engagement", "false_engaged", ""}, {"positive_intervention", "true_engaged", ""},
    {"incorrect_intervention", "false_engaged", ""}, {"true_alert", "true_alerts", ""}, {"positive_alert", "true_alerts", ""},
    {"false_alert", "false_alerts", ""}, {"incorrect_alert", "false_alerts", ""}, {"alert", "alerts", ""},
    {"watchlist_size_person", "watchlist_persons", ""}, {"watchlist_person", "watchlist_persons", ""}, {"watchlist", "watchlist_images", ""},
    {"threshold", "threshold", ""}, {"duration_minutes", "duration", "unit = \"minutes\""}, {"duration_hours", "duration", "unit = \"hours\""},
    {"duration", "duration", "unit = \"minutes\""}, {"faces_seen_estimate", "faces", "quality = \"estimated\""}, {"faces", "faces", ""},
    {"outcome_", "outcome.*", ""}, {"arrest", "outcome.*", ""}, {"disposal", "outcome.*", ""}, {"charge", "outcome.*", ""},
    {"purpose", "use_case", "split = \",\""}, {"use_case", "use_case", "split = \",\""}, {"location", "site", ""}, {"site", "site", ""},
    {"place", "site", ""}, {"venue", "site", ""}, {"camera", "cameras", ""}, {"status", "status", ""}, {"system", "system", ""}, {"force", "force", ""},
    {"deployment", "deployment", ""}, {"date", "date", ""}, {"reference", "deployment", ""}, {"id", "deployment", ""},
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    else if (c == ' ' || c == '-') c = '_';
  }
  return out;
}

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (byte < 0x20 || byte == 0x7F) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04X", static_cast<unsigned>(byte));
      out += escape.data();
    } else out += c;
  }
  return out + "\"";
}

std::string mapping(std::string_view header, std::string_view also) {
  return also.empty() ? toml_text(header) : "{ column = " + toml_text(header) + ", " + std::string(also) + " }";
}

bool bare(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// True when the first filled cells of the column can be what the column of the table holds.
bool fits(const csv_table& table, std::size_t field, const table_column& column) {
  std::size_t seen = 0;
  for (const csv_row& row : table.rows) {
    const std::string_view cell = row.fields[field];
    if (cell.empty()) continue;
    if (column.type == column_type::date && !parse_iso_date(cell)) return false;
    if ((column.type == column_type::count || column.type == column_type::duration) && !parse_count(cell)) return false;
    if ((column.type == column_type::number || column.type == column_type::rate) && !parse_decimal(cell)) return false;
    if (++seen == 50) break;
  }
  return true;
}

std::string propose_columns(const csv_table& table) {
  std::string out, unrecognised;
  std::map<std::string, std::string> taken;
  std::vector<bool> used(table.header.size(), false);
  for (const guess& one : guesses)
    for (std::size_t i = 0; i < table.header.size(); ++i) {
      const std::string header = lower(table.header[i]);
      if (used[i] || header.find(one.needle) == std::string::npos) continue;
      if (one.column.empty()) { used[i] = true; unrecognised += "#   \"" + printable(table.header[i], 200) + "\"\n"; continue; }
      std::string name(one.column);
      if (name == "outcome.*") {
        std::string kind = header.starts_with("outcome_") ? header.substr(8) : header;
        std::replace_if(kind.begin(), kind.end(), [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')); }, '_');
        name = "outcome." + kind;
      }
      const table_column* column = find_column("deployments", name);
      if (taken.contains(name) || column == nullptr || !fits(table, i, *column)) continue;
      used[i] = true;
      taken.emplace(name, mapping(table.header[i], one.also));
    }
  for (std::size_t i = 0; i < table.header.size(); ++i)
    if (!used[i]) unrecognised += "#   \"" + printable(table.header[i], 200) + "\"\n";
  for (const auto& [name, value] : taken) out += (bare(name) ? name : toml_text(name)) + " = " + value + "\n";
  if (!taken.contains("deployment")) out += "deployment = \"?\" # no header looks like an identifier of the deployment: name one\n";
  if (!taken.contains("force")) out += "force = { const = \"?\" } # name the force\n";
  if (!unrecognised.empty()) out += "# Headers that were not recognised and are not read:\n" + unrecognised;
  return out;
}

/// The table that a file already speaks the names of: it has all that the table requires, and more of its columns than of any
/// other. Deployments where there is none: their headers differ from force to force.
std::string_view table_spoken(const csv_table& table) {
  const auto has = [&](std::string_view name) { return std::find(table.header.begin(), table.header.end(), name) != table.header.end(); };
  std::map<std::string_view, std::pair<bool, std::size_t>> found; // complete, columns known
  for (const table_column& column : table_columns()) {
    auto& [complete, known] = found.try_emplace(column.table, true, 0).first->second;
    if (has(column.name)) ++known;
    else if (column.required) complete = false;
  }
  std::string_view out = "deployments";
  std::size_t most = found["deployments"].second;
  for (const auto& [name, of] : found)
    if (of.first && of.second > most) { out = name; most = of.second; }
  return out;
}

/// A source whose headers are the names of the table's own columns needs no mapping.
std::string propose_spoken(const csv_table& table, std::string_view spoken) {
  std::string unrecognised;
  for (const std::string& header : table.header)
    if (find_column(spoken, header) == nullptr) unrecognised += "#   \"" + printable(header, 200) + "\"\n";
  if (unrecognised.empty()) return "";
  return std::string("# Headers that are no columns of this table") + (takes_groups(spoken) ? "; a [[group]] can name them:\n" : " and are not read:\n") + unrecognised;
}

} // namespace

result<std::string> propose_study(const std::vector<std::string>& files, const std::string& relative_to) {
  std::string out =
      "# Proposed by `lfreval init` from the headers of the files. Read every line: a header is only a guess at a meaning.\n"
      "schema = 1\n\n[study]\nname = \"?\"\n# as_of = 2025-07-15       # the day the records were complete to\nconfidence = 0.95\nseed = 0\nmax_refused = 0\n";
  std::vector<std::pair<csv_table, std::vector<std::string>>> groups;
  for (const std::string& file : files) {
    auto bytes = read_file(file);
    if (!bytes) return refuse(bytes.error());
    const auto text = check_text(bytes->bytes, file);
    if (!text) return refuse(text.error());
    ledger ignored;
    auto table = parse_csv(std::string(*text), file, ignored, "init");
    if (!table) return refuse(table.error());
    std::error_code unrelated;
    std::filesystem::path shown = std::filesystem::relative(file, relative_to.empty() ? std::filesystem::path(".") : std::filesystem::path(relative_to), unrelated);
    if (unrelated || shown.empty()) shown = file;
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first.header == table->header; });
    if (same != groups.end()) same->second.push_back(shown.string());
    else groups.push_back({std::move(*table), {shown.string()}});
  }
  std::size_t number = 0;
  for (const auto& [table, names] : groups) {
    const std::string_view spoken = table_spoken(table);
    const bool of_trial = spoken == "passages" || spoken == "candidates" || spoken == "persons" || spoken == "watchlist" || spoken == "observations";
    out += "\n[[source]]\nname = \"records-" + std::to_string(++number) + "\"\nkind = \"" + (spoken == "published" || spoken == "scores" ? std::string(spoken) : "operational") + "\"" +
           (of_trial ? " # seeded, if volunteers who are on the list passed and every passage is on record" : "") + "\ntable = \"" + std::string(spoken) + "\"\nfiles = [";
    for (std::size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : ", ") + toml_text(names[i]);
    if (spoken != "deployments") {
      out += "]\n" + propose_spoken(table, spoken);
      continue;
    }
    out += "]\n# who says which alerts were true: confirmed_by_id, officer_opinion, operator_opinion, published\nlabel_source = \"published\"\n\n[source.columns]\n";
    out += propose_columns(table);
  }
  out += "\n# A limit names its metric and is two whole numbers.\n# [[limit]]\n# metric = \"false_alerts_per_face\"\n# at_most = { events = 1, exposure = 1000 }\n"
         "# source = \"who set it\"\n";
  return out;
}

} // namespace lfreval

#include <lfreval/report/monitor.hpp>

#include <algorithm>

#include <lfreval/bytes/file.hpp>
#include <lfreval/types/date.hpp>

#include "report/document.hpp"
#include "report/fields.hpp"

namespace lfreval {

namespace {

constexpr std::int64_t state_schema = 2;

/// Scores came with the second version; a state without any is still of the first.
std::int64_t schema_of(const monitor_state& state) {
  return std::any_of(state.fed.begin(), state.fed.end(), [](const watched_deployment& one) { return one.scores.has_value(); }) ? state_schema : 1;
}

json_document document_of(const std::optional<cluster_tally>& count) {
  if (!count) return nullptr;
  return json_document::array({count->events, count->exposure});
}

json_document document_of(const watched_deployment& one) {
  json_document out = {{"date", one.date}, {"force", one.force}, {"deployment", one.deployment}, {"site", one.site}, {"system", one.system}, {"threshold", one.threshold}};
  out["list_size"] = one.list_size ? json_document(*one.list_size) : json_document(nullptr);
  out["faces_and_seconds"] = document_of(one.pace);
  out["counts"] = json_document::array();
  for (const auto& count : one.counts) out["counts"].push_back(document_of(count));
  if (one.scores) out["scores_and_median"] = json_document::array({one.scores->alerts, one.scores->median});
  return out;
}

/// Everything before the hash, as it is hashed.
std::string hashed_part(const monitor_state& state) {
  json_document metrics = json_document::array();
  for (const metric_id metric : state.metrics) metrics.push_back(std::string(to_string(metric)));
  std::string out = "{\"monitor_schema\": " + std::to_string(schema_of(state)) + ",\n\"rules_sha256\": \"" + state.rules_sha256 + "\",\n\"metrics\": " + compact(metrics) + ",\n\"deployments\": [";
  for (std::size_t i = 0; i < state.fed.size(); ++i) out += (i == 0 ? "\n" : ",\n") + compact(document_of(state.fed[i]));
  return out + "\n],\n";
}

error bad_state(const std::string& file, std::string value, std::string allowed) {
  error why;
  why.code = error_code::not_allowed;
  why.file = file;
  why.value = std::move(value);
  why.allowed = std::move(allowed);
  return why;
}

/// A pair of counts or null; nothing for anything else.
std::optional<std::optional<cluster_tally>> tally_from(const json_document& value) {
  if (value.is_null()) return std::optional<cluster_tally>();
  if (!value.is_array() || value.size() != 2) return std::nullopt;
  const auto events = fields::count(value[0]), exposure = fields::count(value[1]);
  if (!events || !exposure || *events > largest_count || *exposure > largest_count) return std::nullopt;
  return std::optional(cluster_tally{*events, *exposure});
}

/// A count of scores and their median, or null; nothing for anything else.
std::optional<std::optional<alert_scores>> scores_from(const json_document& value) {
  if (value.is_null()) return std::optional<alert_scores>();
  if (!value.is_array() || value.size() != 2) return std::nullopt;
  const auto alerts = fields::count(value[0]);
  const auto median = fields::number(value[1]);
  if (!alerts || !median || *alerts == 0 || *alerts > largest_count) return std::nullopt;
  return std::optional(alert_scores{*alerts, *median});
}

std::optional<watched_deployment> deployment_from(const json_document& row, std::size_t metrics) {
  watched_deployment one;
  one.date = fields::text(row, "date");
  one.force = fields::text(row, "force");
  one.deployment = fields::text(row, "deployment");
  one.site = fields::text(row, "site");
  one.system = fields::text(row, "system");
  one.threshold = fields::text(row, "threshold");
  one.list_size = fields::count(row, "list_size");
  const auto pace = tally_from(fields::part(row, "faces_and_seconds"));
  const auto scores = scores_from(fields::part(row, "scores_and_median"));
  const json_document& counts = fields::part(row, "counts");
  if (!parse_iso_date(one.date) || !pace || !scores || !counts.is_array() || counts.size() != metrics) return std::nullopt;
  one.pace = *pace;
  one.scores = *scores;
  for (const json_document& count : counts) {
    const auto read = tally_from(count);
    if (!read) return std::nullopt;
    one.counts.push_back(*read);
  }
  return one;
}

} // namespace

std::string to_json(const monitor_state& state) {
  const std::string hashed = hashed_part(state);
  return hashed + "\"sha256\": \"" + sha256_hex(hashed) + "\"}\n";
}

result<monitor_state> read_monitor_state(const std::string& text, const std::string& file, const monitor_state& expected) {
  constexpr const char* ours = "a state that `lfreval monitor` wrote";
  if (is_too_deep(text)) return refuse(bad_state(file, "", ours));
  const json_document root = json_document::parse(text, nullptr, false);
  if (!root.is_object() || !fields::count(root, "monitor_schema")) return refuse(bad_state(file, "", ours));
  if (*fields::count(root, "monitor_schema") > static_cast<std::uint64_t>(state_schema)) {
    error why = bad_state(file, "monitor_schema " + std::to_string(*fields::count(root, "monitor_schema")), "at most " + std::to_string(state_schema) + ", the version this program knows");
    why.code = error_code::newer_schema;
    return refuse(std::move(why));
  }
  monitor_state out = expected;
  out.fed.clear();
  if (fields::text(root, "rules_sha256") != expected.rules_sha256)
    return refuse(bad_state(file, "other limits, stop rules or confidence", "the ones this state was begun with; what is declared anew is watched anew, with a new state"));
  const json_document& rows = fields::part(root, "deployments");
  if (!rows.is_array()) return refuse(bad_state(file, "", ours));
  for (const json_document& row : rows) {
    auto one = deployment_from(row, out.metrics.size());
    if (!one) return refuse(bad_state(file, "deployment " + std::to_string(out.fed.size() + 1), ours));
    out.fed.push_back(std::move(*one));
  }
  // Written again it must be the same to the byte, its hash included.
  if (to_json(out) != text) return refuse(bad_state(file, "changed since it was written", ours));
  return out;
}

} // namespace lfreval

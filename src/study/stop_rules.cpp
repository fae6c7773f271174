#include <lfreval/study/stop_rules.hpp>

#include <algorithm>
#include <utility>

#include <lfreval/bytes/file.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/types/number.hpp>

#include "study/check.hpp"
#include "study/stop_rules_of.hpp"

namespace lfreval {

namespace {

struct reader {
  const std::string& file;
  const study& declared;
  std::vector<error>& errors;
  std::vector<stop_rule> rules;

  void add(const toml::node& at, error_code code, std::string key, std::string value, std::string allowed) {
    errors.push_back(study_error(file, at.source(), code, std::move(key), std::move(value), std::move(allowed)));
  }

  void read(const toml::table& table) {
    using signal = stop_rule::signal;
    stop_rule one;
    one.name = table["name"].value_or(std::string());
    one.action = table["action"].value_or(std::string());
    one.owner = table["owner"].value_or(std::string());
    one.when = table["when"].value_or(std::string()) == "shift" ? signal::shift : signal::limit;
    const std::string key = table["metric"].value_or(std::string());
    const auto metric = metric_from_key(key);
    if (!metric || !supports(source_kind::operational, *metric) || needs_registers(*metric) || units_of(*metric).events == unit::outcomes) {
      if (table.contains("metric")) add(*table.get("metric"), error_code::not_allowed, "stop_rule.metric", key, "a metric that records of deployments give, outcomes aside: see `lfreval explain`");
      return;
    }
    one.metric = *metric;
    if (std::any_of(rules.begin(), rules.end(), [&](const stop_rule& r) { return r.name == one.name; }))
      add(table, error_code::duplicate_id, "stop_rule.name", one.name, "each stop rule once");
    if (one.when == signal::limit) {
      for (const char* of_shift : {"baseline", "shift", "once_in"})
        if (table.contains(of_shift)) add(*table.get(of_shift), error_code::not_allowed, std::string("stop_rule.") + of_shift, "limit", "only with when = \"shift\"");
      if (std::none_of(declared.limits.begin(), declared.limits.end(), [&](const limit& l) { return l.metric == one.metric && l.direction == limit_direction::at_most && l.events > 0 && l.in_every.empty(); }))
        add(table, error_code::missing_key, "limit", key, "a [[limit]] on this metric with at_most above zero, of the whole: what is watched holds no groups");
    } else {
      const auto events = table["baseline"]["events"].value<std::int64_t>(), exposure = table["baseline"]["exposure"].value<std::int64_t>(), once = table["once_in"].value<std::int64_t>();
      if (!events || !exposure || !once) {
        if (!table.contains("baseline") || !table.contains("once_in")) add(table, error_code::missing_key, "stop_rule.baseline", one.name, "baseline and once_in, for a shift");
        return;
      }
      constexpr auto most = static_cast<std::int64_t>(largest_count / 3600); // hours become seconds
      if (*events < 1 || *events > most || *exposure < 1 || *exposure > most || *once < 1 || *once > most) {
        add(table, error_code::not_allowed, "stop_rule.baseline", one.name, "events, exposure and once_in from 1 to 2^52 / 3600");
        return;
      }
      one.baseline_events = static_cast<std::uint64_t>(*events);
      one.baseline_exposure = static_cast<std::uint64_t>(*exposure) * printed_per(one.metric);
      one.once_in = static_cast<std::uint64_t>(*once) * printed_per(one.metric);
      one.shift = table["shift"].value_or(2.0);
      const double shifted = one.shift * static_cast<double>(one.baseline_events) / static_cast<double>(one.baseline_exposure);
      if (describe(one.metric).family == metric_family::share && !(shifted < 1.0))
        add(table, error_code::not_allowed, "stop_rule.shift", shortest(one.shift), "a shifted share below 1");
    }
    rules.push_back(std::move(one));
  }
};

} // namespace

std::vector<stop_rule> stop_rules_of(const toml::table& root, const study& declared, const std::string& file, std::vector<error>& errors) {
  reader of{file, declared, errors, {}};
  if (const toml::array* rules = root["stop_rule"].as_array())
    for (const toml::node& entry : *rules)
      if (entry.is_table()) of.read(*entry.as_table());
  return std::move(of.rules);
}

tl::expected<std::vector<stop_rule>, std::vector<error>> parse_stop_rules(std::string_view text, const std::string& file) {
  const auto declared = parse_study(text, file);
  if (!declared) return tl::unexpected(declared.error());
  std::vector<error> errors;
  text = *check_text(text, file); // without a byte order mark
  const auto root = parse_toml(text, file);
  if (!root) return tl::unexpected(std::vector{root.error()});
  auto rules = stop_rules_of(*root, *declared, file, errors);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return rules;
}

tl::expected<std::vector<stop_rule>, std::vector<error>> read_stop_rules(const std::string& study_file) {
  const auto bytes = read_file(study_file);
  if (!bytes) return tl::unexpected(std::vector{bytes.error()});
  return parse_stop_rules(bytes->bytes, study_file);
}

} // namespace lfreval

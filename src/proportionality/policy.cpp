#include <lfreval/proportionality/policy.hpp>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <set>
#include <tuple>

#include <lfreval/bytes/file.hpp>
#include <lfreval/study/declared.hpp>

#include "proportionality/criterion_reader.hpp"

namespace lfreval {

namespace {

error error_at(const std::string& file, study_position at, error_code code, std::string key, std::string value, std::string allowed) {
  error why;
  why.code = code;
  why.file = file;
  why.line = at.line;
  why.column = at.column;
  why.column_name = std::move(key);
  why.value = std::move(value);
  why.allowed = std::move(allowed);
  return why;
}

bool is_name(const std::string& text) { return !text.empty() && text.size() <= 64 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos; }

const shipped_policy* find_shipped(std::string_view name) {
  const auto all = shipped_policies();
  const auto found = std::find_if(all.begin(), all.end(), [&](const shipped_policy& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

/// The fields of a criterion as texts, for comparison.
std::vector<std::pair<std::string, std::string>> fields_of(const criterion& one) {
  const auto joined = [](const std::vector<std::string>& all) {
    std::string out;
    for (const std::string& each : all) out += (out.empty() ? "" : ", ") + each;
    return out;
  };
  std::vector<std::pair<std::string, std::string>> out{
      {"limb", std::string(to_string(one.bears_on))}, {"source", one.source}, {"clause", one.clause}, {"verified", one.verified ? "true" : "false"},
      {"kind", std::string(to_string(one.kind))}, {"strength", std::string(to_string(one.strength))}, {"data_principle", std::string(to_string(one.data))},
      {"ai_principle", std::string(to_string(one.ai))}, {"documents", joined(one.documents)}, {"requirement", one.requirement}, {"reads", one.reads},
      {"comparator", one.kind == criterion_kind::process ? "" : std::string(to_string(one.comparator))},
      {"line", one.line ? std::to_string(one.line->events) + " in " + std::to_string(one.line->exposure / printed_per(one.line->metric)) : ""},
      {"unit", one.unit}, {"uncertainty", joined(one.uncertainty)}};
  for (const auto& [status, sentence] : one.says) out.emplace_back("says." + std::string(to_string(status)), sentence);
  return out;
}

} // namespace

tl::expected<policy, std::vector<error>> parse_policy(std::string_view text, const std::string& file) {
  const auto root = parse_declared(text, file, {policy_keys(), policy_schema});
  if (!root) return tl::unexpected(root.error());
  std::vector<error> errors;
  policy out;
  out.file = file;
  out.sha256 = sha256_hex(text);
  const declared_value* head = root->find("policy");
  if (head == nullptr) errors.push_back(error_at(file, root->at, error_code::missing_key, "policy", "", "a [policy] table with name, title and version"));
  else {
    out.name = head->text("name");
    out.title = head->text("title");
    out.version = head->text("version");
    out.note = head->text("note");
    if (!is_name(out.name)) errors.push_back(error_at(file, head->find("name")->at, error_code::not_allowed, "policy.name", out.name, "at most 64 lower-case letters, digits and hyphens"));
    for (const char* field : {"title", "version", "note"})
      if (head->text(field).size() > 600) errors.push_back(error_at(file, head->find(field)->at, error_code::not_allowed, "policy." + std::string(field), head->text(field), "at most 600 characters"));
  }
  if (root->list("criterion").empty()) errors.push_back(error_at(file, root->at, error_code::missing_key, "criterion", "", "at least one [[criterion]]"));
  criterion_reader reader(file, errors);
  std::set<std::string> ids;
  for (const declared_value& entry : root->list("criterion")) {
    criterion one = reader.read(entry);
    if (!ids.insert(one.id).second) errors.push_back(error_at(file, entry.find("id")->at, error_code::duplicate_id, "criterion.id", one.id, "each criterion once"));
    if (one.line) one.line->source = out.name + " " + one.id + ": " + one.source + ", " + one.clause;
    out.criteria.push_back(std::move(one));
  }
  if (!errors.empty()) {
    std::stable_sort(errors.begin(), errors.end(), [](const error& a, const error& b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); });
    return tl::unexpected(std::move(errors));
  }
  return out;
}

tl::expected<policy, std::vector<error>> load_policy(const std::string& named, const std::string& folder) {
  if (!named.ends_with(".toml")) {
    const shipped_policy* found = find_shipped(named);
    if (found == nullptr) {
      std::vector<std::string> names;
      for (const shipped_policy& one : shipped_policies()) names.emplace_back(one.name);
      std::string all;
      for (const std::string& one : names) all += (all.empty() ? "" : ", ") + one;
      const std::string near = nearest(named, names);
      return tl::unexpected(std::vector{error_at("", {}, error_code::not_allowed, "policy", named, (near.empty() ? "" : "did you mean " + near + "? ") + all + ", or the path of a policy file that ends in .toml")});
    }
    auto out = parse_policy(found->text, named);
    if (out) out->shipped = true;
    return out;
  }
  const auto bytes = read_file(folder.empty() ? named : (std::filesystem::path(folder) / named).string());
  if (!bytes) return tl::unexpected(std::vector{bytes.error()});
  auto out = parse_policy(bytes->bytes, named);
  if (out) out->sha256 = bytes->sha256;
  return out;
}

tl::expected<std::vector<policy>, std::vector<error>> load_policies(const study& declared) {
  std::vector<policy> out;
  std::vector<error> errors;
  const std::string folder = std::filesystem::path(declared.file).parent_path().string();
  for (const std::string& named : declared.policies) {
    auto one = load_policy(named, folder);
    if (!one) {
      for (error& why : one.error()) {
        if (why.file.empty()) { why.file = declared.file; why.column_name = "dossier.policies"; }
        errors.push_back(std::move(why));
      }
      continue;
    }
    if (std::any_of(out.begin(), out.end(), [&](const policy& other) { return other.name == one->name; }))
      errors.push_back(error_at(declared.file, {}, error_code::duplicate_id, "dossier.policies", one->name, "policies of different names"));
    out.push_back(std::move(*one));
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return out;
}

bool is_same_line(const limit& a, const limit& b) noexcept {
  const std::uint64_t in_a = std::gcd(a.events, a.exposure), in_b = std::gcd(b.events, b.exposure);
  return a.metric == b.metric && a.direction == b.direction && a.in_every == b.in_every && a.events / in_a == b.events / in_b && a.exposure / in_a == b.exposure / in_b;
}

std::vector<limit> limits_of(const std::vector<policy>& policies, const std::vector<limit>& declared) {
  std::vector<limit> out;
  const auto is_in = [](const std::vector<limit>& all, const limit& one) {
    return std::any_of(all.begin(), all.end(), [&](const limit& other) { return is_same_line(other, one); });
  };
  for (const policy& each : policies)
    for (const criterion& one : each.criteria)
      if (one.line && !needs_registers(one.line->metric) && !is_in(declared, *one.line) && !is_in(out, *one.line)) out.push_back(*one.line);
  return out;
}

std::vector<std::string> differences(const policy& first, const policy& second) {
  std::vector<std::string> out;
  const auto find = [](const policy& in, const std::string& id) {
    const auto found = std::find_if(in.criteria.begin(), in.criteria.end(), [&](const criterion& one) { return one.id == id; });
    return found == in.criteria.end() ? nullptr : &*found;
  };
  for (const auto& [field, a, b] : {std::tuple{"name", &first.name, &second.name}, std::tuple{"title", &first.title, &second.title}, std::tuple{"version", &first.version, &second.version}, std::tuple{"note", &first.note, &second.note}})
    if (*a != *b) out.push_back("policy: " + std::string(field) + " was \"" + *a + "\", is \"" + *b + "\"");
  for (const criterion& one : first.criteria) {
    const criterion* other = find(second, one.id);
    if (other == nullptr) { out.push_back(one.id + ": only in the first: " + one.requirement); continue; }
    const auto before = fields_of(one), after = fields_of(*other);
    std::map<std::string, std::pair<std::string, std::string>> both;
    for (const auto& [name, value] : before) both[name].first = value;
    for (const auto& [name, value] : after) both[name].second = value;
    for (const auto& [name, values] : both)
      if (values.first != values.second) out.push_back(one.id + ": " + name + " was \"" + values.first + "\", is \"" + values.second + "\"");
  }
  for (const criterion& one : second.criteria)
    if (find(first, one.id) == nullptr) out.push_back(one.id + ": only in the second: " + one.requirement);
  return out;
}

} // namespace lfreval

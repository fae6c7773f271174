#include "proportionality/criterion_reader.hpp"

#include <algorithm>
#include <array>

#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

/// The value of a closed enum whose text stands in the file; the key check has refused every other text.
template <class Enum> Enum named(const std::string& text, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i)
    if (to_string(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  return Enum{};
}

/// Axes that findings of metrics have; those of indicators stand in their table.
constexpr std::array<std::string_view, 5> axes_of_metrics{"outcome", "source", "system", "threshold", "use_case"};

/// What no record can bear, whoever writes it (requirements §4.6). Whole words.
constexpr std::array<std::string_view, 12> unbearable{"accurate", "accuracy", "inaccurate", "bias-free", "unbiased", "no bias", "no evidence of bias", "proven", "negligible", "insignificant", "not significant", "is proportionate"};

bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U; }

std::string_view unbearable_in(const std::string& sentence) {
  std::string low = sentence;
  std::transform(low.begin(), low.end(), low.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const std::string_view word : unbearable)
    for (std::size_t at = low.find(word); at != std::string::npos; at = low.find(word, at + 1))
      if ((at == 0 || !in_word(low[at - 1])) && (at + word.size() == low.size() || !in_word(low[at + word.size()]))) return word;
  return {};
}

constexpr std::size_t longest_text = 600;

std::string printed_unit(unit u) {
  if (u == unit::seconds) return "hours";
  return is_time(u) ? "officer-hours" : std::string(to_string(u));
}

std::string printed_units(metric_id metric) { return printed_unit(units_of(metric).events) + " / " + printed_unit(units_of(metric).exposure); }

std::vector<std::string> all_units() {
  std::vector<std::string> out;
  for (const metric_units& row : metric_units_table)
    for (const unit u : {row.events, row.exposure})
      if (std::find(out.begin(), out.end(), printed_unit(u)) == out.end()) out.push_back(printed_unit(u));
  return out;
}

std::string hint(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? "" : "did you mean " + near + "? ";
}

std::vector<std::string> parted(std::string_view list) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t bar = std::min(list.find('|', from), list.size());
    out.emplace_back(list.substr(from, bar - from));
    from = bar + 1;
  }
  return out;
}

int digit_of(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

} // namespace

bool split_finding_key(const std::string& key, std::string& name, std::map<std::string, std::string>& axes) {
  const std::size_t at = std::min(key.find('@'), key.size());
  name = key.substr(0, at);
  if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos) return false;
  for (std::size_t from = at + 1; from <= key.size();) {
    const std::size_t end = std::min(key.find(';', from), key.size()), equals = key.find('=', from);
    if (equals == std::string::npos || equals >= end || equals == from) return false;
    std::string value;
    for (std::size_t i = equals + 1; i < end; ++i) {
      if (key[i] != '%') { value += key[i]; continue; }
      if (i + 2 >= end) return false;
      const int high = digit_of(key[i + 1]), low = digit_of(key[i + 2]);
      if (high < 0 || low < 0) return false;
      value += static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (!axes.emplace(key.substr(from, equals - from), value).second) return false;
    from = end + 1;
  }
  return true;
}

void criterion_reader::add(const declared_value& at, error_code code, const std::string& key, std::string value, std::string allowed) {
  error why;
  why.code = code;
  why.file = file_;
  why.line = at.at.line;
  why.column = at.at.column;
  why.column_name = "criterion." + key;
  why.value = std::move(value);
  why.allowed = std::move(allowed);
  errors_.push_back(std::move(why));
}

void criterion_reader::add_field(const declared_value& entry, std::string_view field, error_code code, std::string value, std::string allowed) {
  const declared_value* at = entry.find(field);
  add(at == nullptr ? entry : *at, code, std::string(field), std::move(value), std::move(allowed));
}

void criterion_reader::read_texts(const declared_value& entry, criterion& out) {
  out.id = entry.text("id");
  const bool plain = std::all_of(out.id.begin(), out.id.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-'; });
  if (!plain || out.id.size() > 64) add_field(entry, "id", error_code::not_allowed, out.id, "at most 64 letters, digits, `.`, `_` and `-`");
  out.source = entry.text("source");
  out.clause = entry.text("clause");
  out.requirement = entry.text("requirement");
  for (const auto& [field, text] : {std::pair{"source", &out.source}, std::pair{"clause", &out.clause}, std::pair{"requirement", &out.requirement}})
    if (text->size() > longest_text) add_field(entry, field, error_code::not_allowed, *text, "at most 600 characters");
  out.verified = entry.boolean("verified").value_or(false);
  out.bears_on = named(entry.text("limb"), limb::fair_balance);
  out.kind = named(entry.text("kind"), criterion_kind::process);
  out.strength = named(entry.text("strength"), criterion_strength::should);
  out.data = named(entry.text("data_principle"), data_principle::accountability);
  out.ai = named(entry.text("ai_principle"), ai_principle::contestability_and_redress);
  out.documents = entry.texts("documents");
  for (const std::string& document : out.documents)
    if (document != "dpia" && document != "equality" && document != "transparency") add_field(entry, "documents", error_code::not_allowed, document, hint(document, {"dpia", "equality", "transparency"}) + "dpia, equality or transparency");
  out.uncertainty = entry.texts("uncertainty");
  for (const std::string& code : out.uncertainty)
    if (!(code == "exact" || code == "none" || (code.size() == 2 && code[0] == 'U' && code[1] >= '1' && code[1] <= '7'))) add_field(entry, "uncertainty", error_code::not_allowed, code, "U1, U2, U3, U4, U5, U6, U7, exact or none");
}

void criterion_reader::read_key(const declared_value& entry, criterion& out) {
  out.reads = entry.text("reads");
  if (out.kind == criterion_kind::process) {
    for (const char* field : {"reads", "unit", "comparator", "line"})
      if (entry.find(field) != nullptr) add_field(entry, field, error_code::not_allowed, entry.text(field), "nothing: a process is what no finding answers");
    return;
  }
  if (out.reads.empty()) return add_field(entry, "reads", error_code::missing_key, "", "the key of the finding that answers it; without one it is a process");
  if (!split_finding_key(out.reads, out.name, out.axes)) return add_field(entry, "reads", error_code::not_allowed, out.reads, "a finding key: name, or name@axis=value;axis=value");
  out.metric = metric_from_key(out.name);
  indicator_ = find_indicator(out.name);
  if (!out.metric && indicator_ != nullptr) out.metric = indicator_->metric;
  if (!out.metric && indicator_ == nullptr) {
    std::vector<std::string> all;
    for (const metric_units& row : metric_units_table) all.emplace_back(to_string(row.id));
    for (const indicator& one : indicators()) all.emplace_back(one.key);
    return add_field(entry, "reads", error_code::not_allowed, out.reads, hint(out.name, all) + "a metric (`lfreval explain`) or an indicator (`lfreval reference policy`)");
  }
  std::vector<std::string> known{"scope"};
  if (out.metric) known.insert(known.end(), axes_of_metrics.begin(), axes_of_metrics.end());
  if (indicator_ != nullptr)
    for (const indicator_axis& axis : indicator_->axes) known.emplace_back(axis.name);
  for (const auto& [axis, value] : out.axes) {
    if (std::find(known.begin(), known.end(), axis) == known.end()) {
      std::string all;
      for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
      add_field(entry, "reads", error_code::not_allowed, axis, hint(axis, known) + "an axis of " + out.name + ": " + all);
      continue;
    }
    if (indicator_ == nullptr) continue;
    for (const indicator_axis& one : indicator_->axes)
      if (one.name == axis && !one.values.empty() && value != "*") {
        const std::vector<std::string> values = parted(one.values);
        if (std::find(values.begin(), values.end(), value) == values.end()) {
          std::string all;
          for (const std::string& each : values) all += (all.empty() ? "" : ", ") + each;
          add_field(entry, "reads", error_code::not_allowed, value, hint(value, values) + all);
        }
      }
  }
}

void criterion_reader::read_comparator(const declared_value& entry, criterion& out) {
  const std::string given = entry.text("comparator");
  const bool check = indicator_ != nullptr && indicator_->kind == indicator_kind::check;
  const auto refuse_it = [&](const std::string& allowed) { add_field(entry, "comparator", given.empty() ? error_code::missing_key : error_code::not_allowed, given, allowed); };
  out.comparator = given.empty() ? (out.kind == criterion_kind::evidence ? criterion_comparator::holds : criterion_comparator::shown) : named(given, criterion_comparator::holds);
  switch (out.kind) {
    case criterion_kind::process: return;
    case criterion_kind::evidence:
      if (out.comparator != criterion_comparator::holds) refuse_it("holds: evidence is a check");
      if (!check && (out.metric || indicator_ != nullptr)) add_field(entry, "kind", error_code::not_allowed, "evidence", "metric or limit: " + out.name + " is no check");
      break;
    case criterion_kind::metric:
      if (out.comparator != criterion_comparator::shown) refuse_it("shown: a metric has no line; one with a line is a limit");
      if (check) add_field(entry, "kind", error_code::not_allowed, "metric", "evidence: " + out.name + " is a check");
      break;
    case criterion_kind::limit:
      if (given.empty() || out.comparator == criterion_comparator::shown || out.comparator == criterion_comparator::holds) refuse_it("at_most, at_least or equivalent_between_groups");
      if (indicator_ != nullptr && !out.metric) add_field(entry, "reads", error_code::not_allowed, out.reads, "a metric: only a rate of two counts is held against a line");
      break;
  }
}

void criterion_reader::read_line(const declared_value& entry, criterion& out) {
  const bool at_most = out.comparator == criterion_comparator::at_most, at_least = out.comparator == criterion_comparator::at_least;
  const declared_value* given = entry.find("line");
  if (!at_most && !at_least) {
    if (given != nullptr && out.kind != criterion_kind::process) add_field(entry, "line", error_code::not_allowed, "", "no line: only at_most and at_least have one");
    return;
  }
  if (given == nullptr) return add_field(entry, "line", error_code::missing_key, "", "{ events = 1, exposure = 1000 }, two whole numbers");
  if (!out.metric) return;
  const metric_description& about = describe(*out.metric);
  if (about.direction == limit_direction::none)
    return add_field(entry, "comparator", error_code::not_allowed, std::string(to_string(out.comparator)), "no line on " + out.name + " (M39): neither more nor less of it is better by itself");
  if ((about.direction == limit_direction::at_least) != at_least)
    return add_field(entry, "comparator", error_code::not_allowed, std::string(to_string(out.comparator)), std::string(at_least ? "at_most" : "at_least") + " (M39): that is the side on which " + out.name + " does harm");
  limit line;
  line.metric = *out.metric;
  line.direction = about.direction;
  line.events = static_cast<std::uint64_t>(given->whole("events").value_or(0));
  line.exposure = static_cast<std::uint64_t>(given->whole("exposure").value_or(1));
  if (about.family == metric_family::share && line.events > line.exposure)
    return add_field(entry, "line", error_code::not_allowed, std::to_string(line.events) + " in " + std::to_string(line.exposure), "an exposure of at least the events: " + out.name + " is a share");
  if (line.exposure > largest_count / printed_per(line.metric)) return add_field(entry, "line", error_code::not_a_count, std::to_string(line.exposure), "hours that make at most 2^52 seconds");
  line.exposure *= printed_per(line.metric);
  out.line = std::move(line);
}

void criterion_reader::read_unit(const declared_value& entry, criterion& out) {
  out.unit = entry.text("unit");
  if (!out.metric) {
    if (indicator_ != nullptr && !out.unit.empty()) add_field(entry, "unit", error_code::not_allowed, out.unit, "no unit: " + out.name + " is no rate");
    return;
  }
  const std::string own = printed_units(*out.metric);
  if (out.unit.empty()) return add_field(entry, "unit", error_code::missing_key, "", own + ": a rate without its units is not read (M39)");
  if (out.unit == own) return;
  const std::size_t slash = out.unit.find(" / ");
  const std::vector<std::string> known = all_units();
  const std::string of = out.unit.substr(0, slash), per = slash == std::string::npos ? "" : out.unit.substr(slash + 3);
  for (const std::string& one : {of, per})
    if (!one.empty() && std::find(known.begin(), known.end(), one) == known.end()) return add_field(entry, "unit", error_code::not_allowed, one, hint(one, known) + "a unit of " + out.name + ": " + own);
  std::string other;
  for (const metric_units& row : metric_units_table)
    if (printed_units(row.id) == out.unit) other = "; those are the units of " + std::string(to_string(row.id));
  add_field(entry, "unit", error_code::not_allowed, out.unit, own + ": " + out.name + " divides nothing else (M39)" + other);
}

void criterion_reader::read_sentences(const declared_value& entry, criterion& out) {
  using enum criterion_status;
  std::vector<criterion_status> needed;
  switch (out.kind) {
    case criterion_kind::metric: needed = {shown, not_measured}; break;
    case criterion_kind::limit: needed = {met, not_met, inconclusive, not_measured}; break;
    case criterion_kind::evidence: needed = {met, not_met, not_measured}; break;
    case criterion_kind::process: needed = {not_measured}; break;
  }
  const declared_value* says = entry.find("says");
  for (const criterion_status status : {met, not_met, inconclusive, shown, not_measured}) {
    const std::string name(to_string(status)), sentence = says == nullptr ? "" : says->text(name);
    const bool wanted = std::find(needed.begin(), needed.end(), status) != needed.end();
    const declared_value* at = says == nullptr ? nullptr : says->find(name);
    if (at == nullptr && wanted) add(says == nullptr ? entry : *says, error_code::missing_key, "says." + name, "", "the sentence for that outcome of a " + std::string(to_string(out.kind)));
    if (at == nullptr) continue;
    if (!wanted) add(*at, error_code::not_allowed, "says." + name, "", "no such sentence: a " + std::string(to_string(out.kind)) + " cannot come out so");
    if (sentence.size() > longest_text) add(*at, error_code::not_allowed, "says." + name, sentence, "at most 600 characters");
    if (const std::string_view word = unbearable_in(sentence); !word.empty())
      add(*at, error_code::not_allowed, "says." + name, std::string(word), "a sentence that records can bear: counts, limits and intervals instead");
    out.says[status] = sentence;
  }
}

criterion criterion_reader::read(const declared_value& entry) {
  criterion out;
  out.at = entry.at;
  indicator_ = nullptr;
  read_texts(entry, out);
  read_key(entry, out);
  read_comparator(entry, out);
  read_line(entry, out);
  read_unit(entry, out);
  read_sentences(entry, out);
  return out;
}

} // namespace lfreval

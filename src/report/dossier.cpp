#include <lfreval/report/dossier.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include <lfreval/intervals/judge.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

using findings_by_name = std::unordered_map<std::string, std::vector<const finding*>>;

/// The questions of the courts, in their order.
constexpr std::array<limb_words, limb_count> words{{
    {"Gate 0: in accordance with the law", "Were who may be sought, where and why fixed in advance, published and kept to?", "that a policy is lawful"},
    {"Limb 1: a legitimate aim", "Was the purpose important enough?", "importance itself"},
    {"Limb 2: rational connection", "Does it find the people it is for?", "what would have happened without it, unless there is a comparator"},
    {"Limb 3: strict necessity", "Could another tactic, a smaller watchlist or a higher threshold have done as well?", "that no alternative exists"},
    {"Limb 4: fair balance", "Is what was taken from those scanned justified by what was gained?", "the balance itself: it is judged, not computed"},
}};

/// Axes of figures that are of the whole of the records; every other axis is of a part of them.
const std::set<std::string, std::less<>> of_the_whole{"scope", "source", "system", "threshold", "outcome", "limit"};

bool has_axes(const finding& f, const criterion& asks) {
  return std::all_of(asks.axes.begin(), asks.axes.end(), [&](const auto& wanted) {
    const auto found = f.axes.find(wanted.first);
    return found != f.axes.end() && (wanted.second == "*" || found->second == wanted.second);
  });
}

const std::set<std::string, std::less<>> of_a_part{"against", "camera", "deployment", "site", "use_case", "year"};

/// Axes that an indicator has by its nature, such as the tactic that it is compared with: they divide no records. Under `group`
/// stand the axes of the study's own groups.
bool is_own_axis(const criterion& asks, const std::string& axis) {
  const indicator* known = find_indicator(asks.name);
  return known != nullptr && std::any_of(known->axes.begin(), known->axes.end(), [&](const indicator_axis& one) { return one.name == axis || (one.name == "group" && !of_a_part.contains(axis)); });
}

bool is_of_whole(const finding& f, const criterion& asks) {
  return std::all_of(f.axes.begin(), f.axes.end(), [&](const auto& axis) { return of_the_whole.contains(axis.first) || asks.axes.contains(axis.first) || is_own_axis(asks, axis.first); });
}

criterion_status status_of(verdict_outcome outcome) {
  switch (outcome) {
    case verdict_outcome::met: return criterion_status::met;
    case verdict_outcome::not_met: return criterion_status::not_met;
    case verdict_outcome::inconclusive: return criterion_status::inconclusive;
    case verdict_outcome::not_measured: return criterion_status::not_measured;
  }
  return criterion_status::not_measured;
}

/// Several findings come to one answer only where they agree on what helps: one that is not met decides against, one that is open
/// leaves open.
criterion_status together(const std::vector<dossier_reading>& all) {
  const auto any = [&](criterion_status status) { return std::any_of(all.begin(), all.end(), [&](const dossier_reading& one) { return one.outcome == status; }); };
  using enum criterion_status;
  if (any(not_met)) return not_met;
  if (any(inconclusive)) return inconclusive;
  if (any(met)) return any(not_measured) ? inconclusive : met;
  if (any(shown)) return shown;
  return not_measured;
}

class reader {
public:
  reader(const std::vector<finding>& all, const std::vector<not_measured_item>& missing, const study& declared) : missing_(missing), declared_(declared) {
    for (const finding& f : all) by_name_[f.metric].push_back(&f);
  }

  [[nodiscard]] dossier_line read(std::size_t place, std::size_t in_policy, const criterion& asks) const {
    dossier_line out;
    out.policy = place;
    out.criterion = in_policy;
    switch (asks.kind) {
      case criterion_kind::process: break;
      case criterion_kind::evidence: out.readings = checks(asks); break;
      case criterion_kind::metric: out.readings = figures(asks); break;
      case criterion_kind::limit: out.readings = asks.line ? held(asks) : comparisons(asks); break;
    }
    out.status = together(out.readings);
    if (out.status == criterion_status::not_measured) out.remedy = remedy_of(asks);
    return out;
  }

private:
  [[nodiscard]] std::vector<const finding*> of(const criterion& asks, std::initializer_list<finding_kind> kinds) const {
    std::vector<const finding*> out;
    const auto found = by_name_.find(asks.name);
    if (found == by_name_.end()) return out;
    for (const finding* f : found->second)
      if (std::find(kinds.begin(), kinds.end(), f->kind) != kinds.end() && has_axes(*f, asks)) out.push_back(f);
    return out;
  }

  /// What is told at several thresholds of a trial is asked of the one in use.
  [[nodiscard]] bool is_in_use(const finding& f) const {
    const auto at = f.axes.find("threshold");
    if (at == f.axes.end() || !f.axes.contains("source")) return true;
    for (const study_system& one : declared_.systems)
      if ((!f.axes.contains("system") || f.axes.at("system") == one.name) && one.operating_threshold) return at->second == shortest(*one.operating_threshold);
    return true;
  }

  [[nodiscard]] static bool is_answer(const finding& f) { return f.status == finding_status::measured || f.status == finding_status::bounded; }
  /// Another tactic is never used under like conditions: what stands beside it is all that can be asked for, and says so itself.
  [[nodiscard]] static bool is_told(const finding& f) { return is_answer(f) || (f.status == finding_status::projected && f.axes.contains("tactic")); }

  [[nodiscard]] std::vector<dossier_reading> checks(const criterion& asks) const {
    std::vector<dossier_reading> out;
    for (const finding* f : of(asks, {finding_kind::check})) {
      if (!is_of_whole(*f, asks)) continue;
      const auto* check = std::get_if<record_check>(&f->value);
      const bool examined = f->status == finding_status::measured && check != nullptr && (check->examined != 0 || !check->rows.empty());
      out.push_back({f->key, !examined ? criterion_status::not_measured : check->rows.empty() ? criterion_status::met : criterion_status::not_met, std::nullopt});
    }
    return out;
  }

  [[nodiscard]] std::vector<dossier_reading> figures(const criterion& asks) const {
    std::vector<dossier_reading> out;
    const auto all = of(asks, {finding_kind::rate, finding_kind::count, finding_kind::quantity, finding_kind::ratio, finding_kind::difference});
    const bool has_total = std::any_of(all.begin(), all.end(), [](const finding* f) { return f->axes.contains("scope") && is_answer(*f); });
    for (const finding* f : all)
      if (is_of_whole(*f, asks) && is_in_use(*f) && (!has_total || f->axes.contains("scope") || asks.axes.contains("threshold") || f->axes.contains("source")))
        out.push_back({f->key, is_told(*f) ? criterion_status::shown : criterion_status::not_measured, std::nullopt});
    return out;
  }

  [[nodiscard]] std::vector<dossier_reading> held(const criterion& asks) const {
    std::vector<dossier_reading> out;
    std::set<std::map<std::string, std::string>> judged;
    for (const finding* f : of(asks, {finding_kind::verdict})) {
      const auto* value = std::get_if<verdict_value>(&f->value);
      if (value == nullptr || !is_of_whole(*f, asks) || !is_same_line(value->declared, *asks.line)) continue;
      auto axes = f->axes;
      axes.erase("limit");
      judged.insert(std::move(axes));
      out.push_back({f->key, f->status == finding_status::refused ? criterion_status::inconclusive : status_of(value->answer.outcome), std::nullopt});
    }
    for (const finding* f : of(asks, {finding_kind::rate})) {
      if (!is_of_whole(*f, asks) || !is_in_use(*f) || judged.contains(f->axes)) continue;
      // A verdict of the whole has been told, and rates of it that no verdict names are told elsewhere.
      if (!out.empty() && out.front().bound == std::nullopt) continue;
      const auto* made = std::get_if<estimate>(&f->value);
      if (made == nullptr || f->status != finding_status::measured) {
        out.push_back({f->key, is_answer(*f) || f->status == finding_status::refused ? criterion_status::inconclusive : criterion_status::not_measured, std::nullopt});
        continue;
      }
      const verdict answer = judge(*asks.line, *made, declared_.level);
      out.push_back({f->key, status_of(answer.outcome), answer});
    }
    return out;
  }

  /// M21: no difference found is no equivalence. Only a margin declared beforehand can be met.
  [[nodiscard]] std::vector<dossier_reading> comparisons(const criterion& asks) const {
    std::vector<dossier_reading> out;
    for (const finding* f : of(asks, {finding_kind::ratio, finding_kind::difference})) {
      if (!f->between_groups || !is_in_use(*f)) continue;
      const disparity_verdict& said = f->between_groups->verdict;
      out.push_back({f->key, said.equivalent ? criterion_status::met : said.different ? criterion_status::not_met : criterion_status::inconclusive, std::nullopt});
    }
    return out;
  }

  [[nodiscard]] std::string remedy_of(const criterion& asks) const {
    if (asks.kind == criterion_kind::process) return "";
    const auto item = std::find_if(missing_.begin(), missing_.end(), [&](const not_measured_item& one) { return std::find(one.metrics.begin(), one.metrics.end(), asks.name) != one.metrics.end(); });
    if (item != missing_.end()) return item->remedy;
    if (const indicator* known = find_indicator(asks.name); known != nullptr && !known->remedy.empty()) return std::string(known->remedy);
    if (asks.comparator == criterion_comparator::equivalent_between_groups) return "Declare the groups and a margin of equivalence in the study, and record the group of every passage, alerted or not.";
    if (asks.metric && supports(source_kind::seeded, *asks.metric) && !supports(source_kind::operational, *asks.metric)) return "Seed a trial with volunteers whose passages are known, and give its log.";
    return "Record what " + asks.name + " is made from; `lfreval explain` and docs/policies.md say what that is.";
  }

  findings_by_name by_name_;
  const std::vector<not_measured_item>& missing_;
  const study& declared_;
};

std::string exposure_words(std::uint64_t n, metric_id metric) {
  const unit of = units_of(metric).exposure;
  return is_time(of) ? grouped((n + 3599) / 3600) + (of == unit::seconds ? " hours" : " officer-hours") : grouped(n) + " " + std::string(to_string(of));
}

/// What would change an answer; empty where nothing that could be recorded would.
std::string change_of(const dossier_line& line, const criterion& asks, const std::unordered_map<std::string, const finding*>& by_key) {
  switch (line.status) {
    case criterion_status::not_measured: return asks.kind == criterion_kind::process ? "" : line.remedy;
    case criterion_status::inconclusive:
      for (const dossier_reading& one : line.readings) {
        if (one.outcome != criterion_status::inconclusive) continue;
        const auto found = by_key.find(one.key);
        const auto* value = found == by_key.end() ? nullptr : std::get_if<verdict_value>(&found->second->value);
        if (value == nullptr) continue;
        if (value->answer.exposure_to_decide) return "At the same rate about " + exposure_words(*value->answer.exposure_to_decide, value->declared.metric) + " would decide " + one.key + ".";
      }
      if (asks.comparator == criterion_comparator::equivalent_between_groups) return "More passages or alerts with their groups on record, and a margin of equivalence declared beforehand.";
      return "More records of the same kind: the interval lies on both sides of the line.";
    case criterion_status::not_met:
      if (asks.kind == criterion_kind::evidence) return "Put what the check names in order, and enter it in the register with its date.";
      return asks.comparator == criterion_comparator::equivalent_between_groups ? "Find the cause of the difference, change it, and test again." : "Records of a changed setting on which the line is kept; these break it.";
    case criterion_status::met:
    case criterion_status::shown: break;
  }
  return "";
}

std::string number_of(std::size_t n, const char* one, const char* many) { return grouped(n) + (n == 1 ? std::string(" ") + one : std::string(" ") + many); }

void conclude(dossier_limb& limb, const dossier& whole) {
  std::array<std::size_t, 3> binding{}; // not met, not decided, not measured
  for (const auto* lines : {&limb.not_measured, &limb.limits, &limb.documents, &limb.indicators})
    for (const dossier_line& line : *lines) {
      const criterion& asks = whole.criterion_of(line);
      ++limb.counts[line.status];
      if (asks.strength != criterion_strength::must || asks.kind == criterion_kind::process) continue;
      if (line.status == criterion_status::not_met) ++binding[0];
      else if (line.status == criterion_status::inconclusive) ++binding[1];
      else if (line.status == criterion_status::not_measured) ++binding[2];
    }
  const auto open = limb.counts.find(criterion_status::not_measured);
  const bool answered = limb.limits.size() + limb.documents.size() + limb.indicators.size() != 0;
  limb.shown = answered && binding == std::array<std::size_t, 3>{};
  if (limb.counts.empty()) {
    limb.conclusion = "Not shown: no policy that the study names asks anything of this limb.";
    return;
  }
  if (!answered) {
    limb.conclusion = "Not shown on the evidence given: nothing on record answers " + std::string(open->second == 1 ? "the criterion" : "any of the " + grouped(open->second) + " criteria") + " of this limb.";
    return;
  }
  if (limb.shown) {
    limb.conclusion = "No criterion that binds and that a finding can answer is unmet or open. That is not an answer to the limb, which is for those who decide.";
    return;
  }
  std::string what;
  const auto add = [&](const std::string& words_of_it) { what += (what.empty() ? "" : ", ") + words_of_it; };
  if (binding[0] != 0) add(number_of(binding[0], "is not met", "are not met"));
  if (binding[1] != 0) add(number_of(binding[1], "is not decided by the data", "are not decided by the data"));
  if (binding[2] != 0) add(number_of(binding[2], "was not measured", "were not measured"));
  limb.conclusion = "Not shown on the evidence given: of the criteria that bind (must), " + what + ".";
}

} // namespace

const limb_words& words_of(limb which) noexcept { return words[static_cast<std::size_t>(which)]; }

dossier lay_out(std::vector<policy> policies, const std::vector<finding>& findings, const std::vector<not_measured_item>& not_measured, const study& declared) {
  dossier out;
  out.policies = std::move(policies);
  const reader from(findings, not_measured, declared);
  std::unordered_map<std::string, const finding*> by_key;
  for (const finding& f : findings) by_key.emplace(f.key, &f);
  for (std::size_t i = 0; i < limb_count; ++i) {
    dossier_limb here;
    here.which = static_cast<limb>(i);
    for (std::size_t p = 0; p < out.policies.size(); ++p)
      for (std::size_t c = 0; c < out.policies[p].criteria.size(); ++c) {
        const criterion& asks = out.policies[p].criteria[c];
        if (asks.bears_on != here.which) continue;
        dossier_line line = from.read(p, c, asks);
        if (std::string what = change_of(line, asks, by_key); !what.empty()) here.would_change.push_back({out.policies[p].name, asks.id, std::move(what)});
        (line.status == criterion_status::not_measured     ? here.not_measured
         : asks.kind == criterion_kind::limit              ? here.limits
         : asks.kind == criterion_kind::evidence           ? here.documents
                                                           : here.indicators)
            .push_back(std::move(line));
      }
    conclude(here, out);
    out.limbs.push_back(std::move(here));
  }
  std::string open;
  for (const dossier_limb& one : out.limbs)
    if (!one.shown) open += (open.empty() ? "" : "; ") + std::string(words_of(one.which).title);
  out.conclusion = open.empty() ? "The evidence that the policies ask for is laid out. Whether the deployment was necessary and proportionate is for those who decide."
                                : "Not shown on the evidence given: " + open + ".";
  return out;
}

} // namespace lfreval

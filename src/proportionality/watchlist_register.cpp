#include <lfreval/proportionality/watchlist_register.hpp>

#include <algorithm>

#include <lfreval/proportionality/uses.hpp>

namespace lfreval {

namespace {

using entries = std::vector<const watchlist_entry*>;

std::map<std::string, entries> by_person(std::span<const watchlist_entry> list) {
  std::map<std::string, entries> out;
  for (const watchlist_entry& one : list) out[one.person].push_back(&one);
  return out;
}

template <class Test> bool all(const entries& of, const Test& test) { return std::all_of(of.begin(), of.end(), [&](const watchlist_entry* e) { return test(*e); }); }
template <class Test> bool any(const entries& of, const Test& test) { return std::any_of(of.begin(), of.end(), [&](const watchlist_entry* e) { return test(*e); }); }
template <class Test> bool anywhere(std::span<const watchlist_entry> list, const Test& test) { return std::any_of(list.begin(), list.end(), test); }

class tallier {
public:
  tallier(std::span<const watchlist_entry> list, indicator_parts& out) : people_(by_person(list)), out_(out) {}

  [[nodiscard]] const std::map<std::string, entries>& people() const noexcept { return people_; }

  /// One cluster for each person; none at all where the records or the policy cannot answer.
  template <class Test> void persons(metric_id metric, bool answerable, const Test& holds) {
    tallied_metric made{metric, "", cluster_unit::person, {}, 0};
    if (answerable)
      for (const auto& entry : people_) made.clusters.push_back({holds(entry.first, entry.second) ? 1U : 0U, 1});
    out_.metrics.push_back(std::move(made));
  }
  /// The same among some of them: an empty cluster says that there are none.
  template <class Among, class Test> void some(metric_id metric, bool answerable, const Among& among, const Test& holds) {
    tallied_metric made{metric, "", cluster_unit::person, {}, 0};
    if (answerable) {
      for (const auto& entry : people_)
        if (among(entry.first, entry.second)) made.clusters.push_back({holds(entry.first, entry.second) ? 1U : 0U, 1});
      if (made.clusters.empty()) made.clusters.push_back({0, 0});
    }
    out_.metrics.push_back(std::move(made));
  }

private:
  std::map<std::string, entries> people_;
  indicator_parts& out_;
};

bool is_minor(const watchlist_entry& e) { return e.age_band == "under_13" || e.age_band == "under_18"; }

} // namespace

list_policy stated_list_policy(std::span<const document_entry> documents) {
  const document_entry* newest = nullptr;
  for (const document_entry& one : documents)
    if (one.kind == "watchlist_policy" && (newest == nullptr || newest->dated <= one.dated)) newest = &one;
  if (newest == nullptr) return {};
  return {newest->categories, newest->categories_not_wanted, newest->serious_grades, newest->review_days};
}

std::set<std::string> persons_found(std::span<const alert_case> alerted) {
  std::set<std::string> out;
  for (const alert_case& one : alerted)
    if (one.is_true && one.is_confirmed) out.insert(one.persons.begin(), one.persons.end());
  return out;
}

indicator_parts watchlist_parts(std::span<const watchlist_entry> list, const list_policy& policy, std::span<const alert_case> alerted, bool alerts_given,
                                std::optional<calendar_date> used_on) {
  indicator_parts out;
  if (list.empty()) return out;
  tallier tally(list, out);
  const std::set<std::string> found = persons_found(alerted);
  using m = metric_id;
  tally.persons(m::watchlist_in_stated_category, !policy.categories.empty(), [&](const auto&, const entries& of) { return all(of, [&](const auto& e) { return policy.categories.contains(e.category); }); });
  tally.persons(m::watchlist_not_wanted, !policy.not_wanted.empty(), [&](const auto&, const entries& of) { return all(of, [&](const auto& e) { return policy.not_wanted.contains(e.category); }); });
  tally.persons(m::watchlist_of_serious_offence, !policy.serious_grades.empty() && anywhere(list, [](const auto& e) { return !e.offence_grade.empty(); }),
                [&](const auto&, const entries& of) { return any(of, [&](const auto& e) { return policy.serious_grades.contains(e.offence_grade); }); });
  tally.persons(m::watchlist_with_presence_reason, anywhere(list, [](const auto& e) { return e.has_presence_reason; }),
                [](const auto&, const entries& of) { return all(of, [](const auto& e) { return e.has_presence_reason; }); });
  tally.persons(m::watchlist_with_individual_reason, anywhere(list, [](const auto& e) { return e.has_legal_basis; }),
                [](const auto&, const entries& of) { return all(of, [](const auto& e) { return e.has_legal_basis && (!e.offence_grade.empty() || e.has_presence_reason); }); });
  tally.persons(m::watchlist_reviewed_in_time, policy.review_days && used_on && anywhere(list, [](const auto& e) { return e.verified.has_value(); }), [&](const auto&, const entries& of) {
    return all(of, [&](const auto& e) {
      if (!e.verified) return false;
      const std::int64_t age = days_between(*e.verified, *used_on);
      return age >= 0 && static_cast<std::uint64_t>(age) <= *policy.review_days;
    });
  });
  tally.persons(m::watchlist_encounter_rate, alerts_given, [&](const std::string& person, const entries&) { return found.contains(person); });
  tally.some(m::listed_minors_with_authority, anywhere(list, [](const auto& e) { return !e.age_band.empty(); }), [](const auto&, const entries& of) { return any(of, is_minor); },
             [](const auto&, const entries& of) { return all(of, [](const auto& e) { return e.has_authority; }); });
  const auto says_address = [](const watchlist_entry& e) { return e.address_known.has_value(); };
  tally.some(m::found_with_known_address, alerts_given && anywhere(list, says_address), [&](const std::string& person, const entries& of) { return found.contains(person) && any(of, says_address); },
             [](const auto&, const entries& of) { return any(of, [](const auto& e) { return e.address_known == true; }); });

  tallied_metric sources{m::watchlist_with_image_source, "", cluster_unit::person, {}, 0};
  if (anywhere(list, [](const auto& e) { return e.has_source; }))
    for (const auto& entry : tally.people())
      sources.clusters.push_back({static_cast<std::uint64_t>(std::count_if(entry.second.begin(), entry.second.end(), [](const watchlist_entry* e) { return e->has_source; })), entry.second.size()});
  out.metrics.push_back(std::move(sources));

  indicator_distribution ages{"image_age", {}, {}, 0};
  for (const watchlist_entry& one : list) {
    if (one.image_date && used_on) ages.values.push_back(static_cast<double>(days_between(*one.image_date, *used_on)));
    else ++ages.not_recorded;
  }
  out.distributions.push_back(std::move(ages));
  return out;
}

std::vector<category_count> persons_by_category(std::span<const watchlist_entry> list, const list_policy& policy, std::span<const alert_case> alerted) {
  const std::set<std::string> found = persons_found(alerted);
  const auto name = [&](const watchlist_entry& e) { return e.category.empty() ? std::string("none") : policy.categories.contains(e.category) ? e.category : std::string("other"); };
  std::map<std::string, category_count> counted;
  for (const auto& [person, of] : by_person(list)) {
    std::set<std::string> names;
    for (const watchlist_entry* e : of) names.insert(name(*e));
    const bool serious = any(of, [&](const auto& e) { return policy.serious_grades.contains(e.offence_grade); });
    for (const std::string& one : names) {
      category_count& here = counted[one];
      here.category = one;
      ++here.persons;
      here.serious += serious ? 1 : 0;
      here.found += found.contains(person) ? 1 : 0;
    }
  }
  std::vector<category_count> out;
  for (const auto& entry : counted)
    if (policy.categories.contains(entry.first)) out.push_back(entry.second);
  for (const char* last : {"other", "none"})
    if (const auto at = counted.find(last); at != counted.end() && !policy.categories.contains(last)) out.push_back(at->second);
  return out;
}

} // namespace lfreval

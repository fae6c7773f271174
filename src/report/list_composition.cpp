#include "report/list_composition.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <lfreval/disparity/composition.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"

namespace lfreval {

namespace {

constexpr metric_id fpir = metric_id::false_positive_identification_rate;
constexpr std::uint64_t most_pairs = 4'000'000; // of passers and entries that are looked at one by one
/// Where more alerts than one in so many were on two listed people, crediting the best alone would hide too much of the larger
/// part of the list.
constexpr std::uint64_t one_in_on_two = 20;

/// Who alerted on whom: non-mated passages of each group, and listed people of each group.
struct alert_matrix {
  std::vector<std::string> list_labels;
  std::vector<std::uint64_t> listed;                 ///< persons of each list group
  std::vector<std::vector<std::uint32_t>> entries;   ///< numbers of the entries of each list group
  std::vector<std::uint64_t> passages;               ///< of each group
  std::vector<std::map<std::uint32_t, std::uint64_t>> people; ///< of each group: passages by person
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> alerts; ///< by person and entry
  std::map<std::uint32_t, std::size_t> group_of_entry;
  std::uint64_t unlabelled = 0; ///< alerts on entries without a label
  std::uint64_t all_alerts = 0, on_two = 0; ///< alerts, and those with a second listed person at or above the threshold

  [[nodiscard]] std::uint64_t of(std::size_t group, std::size_t list_group) const {
    std::uint64_t n = 0;
    for (const auto& [pair, count] : alerts)
      if (people[group].contains(pair.first) && group_of_entry.at(pair.second) == list_group) n += count;
    return n;
  }
};

alert_matrix matrix_of(const trial& t, const passing_groups& who, const std::map<std::string, std::string>& label_of, float edge) {
  alert_matrix out;
  std::map<std::string, std::size_t> places;
  for (const auto& [person, label] : label_of) places.emplace(label, 0);
  for (auto& [label, place] : places) {
    place = out.list_labels.size();
    out.list_labels.push_back(label);
  }
  out.listed.resize(places.size());
  out.entries.resize(places.size());
  std::map<std::string, std::uint32_t> number_of;
  for (const auto& [person, label] : label_of) {
    const auto number = static_cast<std::uint32_t>(number_of.size());
    number_of.emplace(person, number);
    out.group_of_entry.emplace(number, places.at(label));
    out.entries[places.at(label)].push_back(number);
    ++out.listed[places.at(label)];
  }
  std::map<std::uint32_t, std::size_t> group_of_cell;
  for (std::size_t i = 0; i < who.labelled.size(); ++i) group_of_cell.emplace(static_cast<std::uint32_t>(who.labelled[i]), i);
  out.passages.resize(who.labelled.size());
  out.people.resize(who.labelled.size());
  const text_column& top = t.rows().top_person;
  for (std::size_t row = 0; row < t.rows().size(); ++row) {
    const auto group = group_of_cell.find(who.cells.codes[row]);
    if (t.rows().mated[row] != mated_status::no || group == group_of_cell.end()) continue;
    ++out.passages[group->second];
    ++out.people[group->second][t.rows().person.codes[row]];
    if (t.rows().top_score[row] < edge) continue;
    ++out.all_alerts;
    out.on_two += !t.rows().second_score.empty() && t.rows().second_score[row] >= edge ? 1 : 0;
    const auto entry = number_of.find(top.texts[top.codes[row]]);
    if (entry == number_of.end()) ++out.unlabelled;
    else ++out.alerts[{t.rows().person.codes[row], entry->second}];
  }
  return out;
}

curve table_of(const trial& t, const passing_groups& who, const alert_matrix& m, const std::string& threshold) {
  std::vector<std::string> groups, entries;
  std::vector<std::optional<std::uint64_t>> nonmated, listed, comparisons, alerted;
  for (std::size_t g = 0; g < who.labels.size(); ++g)
    for (std::size_t h = 0; h < m.list_labels.size(); ++h) {
      groups.push_back(who.labels[g]);
      entries.push_back(m.list_labels[h]);
      nonmated.emplace_back(m.passages[g]);
      listed.emplace_back(m.listed[h]);
      comparisons.emplace_back(m.passages[g] * m.listed[h]);
      alerted.emplace_back(m.of(g, h));
    }
  return {curve_name("list_by_" + who.axis + "_" + t.source.source + (t.rows().system.empty() ? "" : "_" + t.rows().system) + "_" + threshold),
          "Non-mated passages of each group that alerted at threshold " + threshold + ", by the " + printable(who.axis) + " of the listed person with the best score, beside the comparisons behind them: passages of the group times persons "
          "listed of the other. A group resembles itself most, so that a list with more of a group raises that group's false alerts (M27).",
          {{"group", groups}, {"listed_group", entries}, {"nonmated", nonmated}, {"watchlist_persons", listed}, {"comparisons", comparisons}, {"nonmated_with_alert", alerted}}};
}

/// Pair by pair where that is feasible: then limits allow for the people of both sides.
estimable<fairness::composed_disparity> composed(const trial& t, const alert_matrix& m, std::size_t group, std::size_t against, const std::vector<std::uint64_t>& standard) {
  const std::uint64_t people = m.people[group].size() + m.people[against].size();
  if (people * m.group_of_entry.size() <= most_pairs) {
    std::vector<fairness::pair_count> pairs;
    pairs.reserve(people * m.group_of_entry.size());
    for (const bool is_reference : {false, true})
      for (const auto& [person, passages] : m.people[is_reference ? against : group])
        for (std::uint32_t h = 0; h < m.entries.size(); ++h)
          for (const std::uint32_t entry : m.entries[h]) {
            const auto hits = m.alerts.find({person, entry});
            pairs.push_back({person, is_reference, entry, h, hits == m.alerts.end() ? 0 : hits->second, passages});
          }
    auto made = fairness::compose(pairs, m.listed, standard, t.declared.level);
    if (made || made.error().reason != undefined_reason::few_effective_events) return made;
  }
  const auto cells = [&](std::size_t g) {
    std::vector<fairness::match_count> out;
    for (std::size_t h = 0; h < m.listed.size(); ++h) out.push_back({m.of(g, h), m.passages[g] * m.listed[h]});
    return out;
  };
  return fairness::compose(cells(group), cells(against), m.listed, standard, t.declared.level);
}

std::string range_words(const interval& i) { return significant(i.lower, 3, rounding::down) + " to " + (i.upper_unbounded() ? std::string("no upper limit") : significant(i.upper, 3, rounding::up)); }

finding standardised(const trial& t, const passing_groups& who, const alert_matrix& m, std::size_t group, std::size_t against, const std::string& threshold) {
  auto axes = t.axes();
  axes["threshold"] = threshold;
  axes[who.axis] = who.labels[group];
  axes["against"] = who.labels[against];
  axes["standard_list"] = "as_many_of_every_group";
  finding f = trial_finding(t, fpir, finding_kind::ratio, std::move(axes));
  f.in_section = "disparity";
  f.cites = "M27, M28";
  const std::string of = printable(who.labels[group]), other = printable(who.labels[against]);
  const std::uint64_t of_each = std::max<std::uint64_t>(1, m.group_of_entry.size() / m.listed.size());
  const std::vector<std::uint64_t> standard(m.listed.size(), of_each);
  const auto made = m.on_two * one_in_on_two > m.all_alerts
                        ? estimable<fairness::composed_disparity>(tl::unexpected(undefined{undefined_reason::beyond_data, grouped(m.on_two) + " of " + grouped(m.all_alerts) + " alerts were on two listed people or more, of whom the table credits the best alone: compare at a higher threshold.", std::nullopt}))
                        : composed(t, m, group, against, standard);
  const std::string what = of + " against " + other + " on a list with as many people of every " + printable(who.axis);
  const bool too_few = made && !made->parts;
  if (!made || too_few) {
    const undefined why = made ? undefined{undefined_reason::few_effective_events, "Collect until every group has alerted " + grouped(fairness::fewest_events_of_a_cell) + " times on every group listed; the fewest so far are " + grouped(made->fewest_events) + ".",
                                           undefined::range{made->standardised.lower, made->standardised.upper}}
                               : made.error();
    f.status = finding_status::not_estimable;
    f.why_not = why;
    f.sentence = what + ": not estimable. " + why.remedy + (made ? " It lies within " + range_words(made->standardised) + "." : "");
    return f;
  }
  f.status = finding_status::projected;
  f.flags |= made->flags;
  const auto total = [&](std::size_t g) {
    cluster_tally out{0, m.passages[g]};
    for (std::size_t h = 0; h < m.listed.size(); ++h) out.events += m.of(g, h);
    return out;
  };
  f.value = ratio_value{total(group), total(against), made->parts->standardised, made->standardised, {}, {}};
  f.sentence = what + ": ratio " + significant(made->parts->standardised, 3, rounding::nearest) + " (" + range_words(made->standardised) + "); on the list in use, by the same reckoning, " + significant(made->parts->operational, 3, rounding::nearest) + " (" +
               range_words(made->operational) + "). Who is listed accounts for a factor of " + significant(std::exp(made->parts->log_effect), 3, rounding::nearest) + (made->factor ? " (" + range_words(*made->factor) + ")" : "") + ".";
  f.notes.push_back("a projection: an alert counts for the listed person with the best score alone" + (t.rows().second_score.empty() ? std::string(", and how many were on two people is not on record") : "; " + grouped(m.on_two) + " of " + grouped(m.all_alerts) + " were on two") +
                    "; comparisons of one passage are taken as unrelated");
  return f;
}

} // namespace

void add_list_composition(trial& t, const passing_groups& who, float edge, const std::string& threshold) {
  const auto labels = t.log.listed.by_axis.find(who.axis);
  if (labels == t.log.listed.by_axis.end() || who.labels.size() < 2 || !supports(t.source.kind, fpir)) return;
  const alert_matrix m = matrix_of(t, who, labels->second, edge);
  t.out.curves.push_back(table_of(t, who, m, threshold));
  if (m.list_labels.size() < 2) return;
  std::size_t against = 0;
  for (std::size_t g = 0; g < who.labels.size(); ++g)
    if (m.passages[g] > m.passages[against]) against = g;
  for (std::size_t g = 0; g < who.labels.size(); ++g)
    if (!who.reference.empty() && who.labels[g] == who.reference) against = g;
  for (std::size_t g = 0; g < who.labels.size(); ++g)
    if (g != against && m.passages[g] != 0 && m.passages[against] != 0) t.out.findings.push_back(standardised(t, who, m, g, against, threshold));
  if (m.unlabelled != 0)
    t.out.not_measured.push_back({"Alerts on listed people without a label of " + printable(who.axis), "Source " + printable(t.source.source) + ": " + grouped(m.unlabelled) + " false alerts are in no cell of the table of groups and list.", "Record the label of everybody listed.", {}});
}

} // namespace lfreval

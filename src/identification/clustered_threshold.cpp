#include <lfreval/identification/clustered_threshold.hpp>

#include <algorithm>

#include "choose.hpp"

namespace lfreval::detail {

passages_by_person::passages_by_person(const char* function, std::span<const identification::person_passage> passages)
    : rows(passages.begin(), passages.end()) {
  if (rows.size() > (std::size_t{1} << 31U)) wrong_call(function, "passages", "are more than 2^31");
  for (identification::person_passage& p : rows) {
    if (!p.score) continue;
    if (!finite(*p.score)) wrong_call(function, "passages", "hold a score that is not finite");
    *p.score += 0.0F;
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a.person != b.person ? a.person < b.person : a.score < b.score; // no score comes first
  });
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (i == 0 || rows[i].person != rows[i - 1].person) begins.push_back(i);
  begins.push_back(rows.size());
  for (std::size_t c = 0; c < persons(); ++c) most = std::max(most, size(c));
}

namespace {

score_steps steps_of(const std::vector<std::optional<float>>& one_each) {
  std::vector<float> scores;
  for (const auto& s : one_each)
    if (s) scores.push_back(*s);
  return score_steps::of(scores, one_each.size() - scores.size());
}

} // namespace

} // namespace lfreval::detail

namespace lfreval::identification {

choosable<threshold_choice> threshold_from_one_passage_each(std::span<const person_passage> passages,
                                                            const threshold_request& wanted, std::uint64_t seed) {
  const detail::passages_by_person by("identification::threshold_from_one_passage_each", passages);
  std::vector<std::optional<float>> drawn;
  for (std::size_t c = 0; c < by.persons(); ++c) {
    const std::size_t first = by.begins[c];
    drawn.push_back(
        by.rows[first + detail::scaled(detail::draws_of(by.rows[first].person, seed)[0], by.size(c))].score);
  }
  threshold_choice out;
  out.method = threshold_method::one_passage_per_person;
  out.rate = threshold_rate::per_person;
  out.passages = by.rows.size();
  out.persons = out.persons_kept = by.persons();
  out.seed = seed;
  return detail::guaranteed(detail::steps_of(drawn), wanted, out);
}

choosable<threshold_choice> threshold_from_thinned_persons(std::span<const person_passage> passages,
                                                           const threshold_request& wanted, std::uint64_t seed,
                                                           std::optional<std::uint64_t> most_passages) {
  constexpr const char* name = "identification::threshold_from_thinned_persons";
  const detail::passages_by_person by(name, passages);
  const std::uint64_t most = most_passages.value_or(by.most);
  if (most < by.most) detail::wrong_call(name, "most_passages", "is below the passages of some person");
  std::vector<std::optional<float>> drawn;
  for (std::size_t c = 0; c < by.persons(); ++c) {
    const std::size_t first = by.begins[c];
    const auto draws = detail::draws_of(by.rows[first].person, seed);
    if (detail::scaled(draws[1], most) < by.size(c))
      drawn.push_back(by.rows[first + detail::scaled(draws[0], by.size(c))].score);
  }
  threshold_choice out;
  out.method = threshold_method::thinned_persons;
  out.rate = threshold_rate::per_passage;
  out.passages = by.rows.size();
  out.persons = by.persons();
  out.persons_kept = drawn.size();
  out.seed = seed;
  if (drawn.empty() && by.persons() > 0)
    return detail::too_few({{}, 0, passages_needed(wanted.target, wanted.level)},
                           "persons who pass without being on the list");
  return detail::guaranteed(detail::steps_of(drawn), wanted, out);
}

choosable<threshold_choice> threshold_from_person_maxima(std::span<const person_passage> passages,
                                                         const threshold_request& wanted) {
  const detail::passages_by_person by("identification::threshold_from_person_maxima", passages);
  std::vector<std::optional<float>> highest;
  for (std::size_t c = 0; c < by.persons(); ++c) highest.push_back(by.rows[by.begins[c + 1] - 1].score);
  threshold_choice out;
  out.method = threshold_method::person_maxima;
  out.rate = threshold_rate::persons_ever_alerted;
  out.passages = by.rows.size();
  out.persons = by.persons();
  return detail::guaranteed(detail::steps_of(highest), wanted, out);
}

} // namespace lfreval::identification

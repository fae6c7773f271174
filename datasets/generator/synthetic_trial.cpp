#include "synthetic_trial.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace lfreval::synthetic {

namespace {

template <class Rows, class Share> std::vector<double> cumulated(const Rows& rows, Share share) {
  std::vector<double> out;
  double sum = 0.0;
  for (const auto& row : rows)
    out.push_back(sum += share(row));
  return out;
}

/// The shares of a design as running sums, made once per trial.
struct shares_of {
  explicit shares_of(const trial_design& d)
      : passing(cumulated(d.groups, [](const group_design& g) { return g.share_of_passers; })),
        listed(cumulated(d.groups, [](const group_design& g) { return g.share_of_list; })),
        cameras(cumulated(d.cameras, [](const condition_design& c) { return c.share; })),
        lights(cumulated(d.lights, [](const condition_design& c) { return c.share; })),
        images(cumulated(d.images_per_person, [](double share) { return share; })) {}
  std::vector<double> passing, listed, cameras, lights, images;
};

std::uint32_t passes_of(const pass_numbers& passes, random_stream& from) {
  const double u = from.uniform();
  if (passes.fewest == passes.most) return passes.most;
  const double n = std::floor(static_cast<double>(passes.fewest) * std::pow(u, -1.0 / passes.tail));
  return n >= static_cast<double>(passes.most) ? passes.most : static_cast<std::uint32_t>(n);
}

/// The code of each row among the distinct names that occur, in byte order. `name` is called once per number that
/// occurs.
template <class Name> text_column column_of(const std::vector<std::uint32_t>& numbers, std::uint32_t count, Name name) {
  std::vector<char> occurs(count, 0);
  for (const std::uint32_t n : numbers)
    if (n != no_code) occurs[n] = 1;
  std::vector<std::pair<std::string, std::uint32_t>> named;
  for (std::uint32_t n = 0; n < count; ++n)
    if (occurs[n]) named.emplace_back(name(n), n);
  if (!std::is_sorted(named.begin(), named.end())) std::sort(named.begin(), named.end());
  text_column out;
  std::vector<std::uint32_t> code(count, no_code);
  for (auto& [text, number] : named) {
    code[number] = static_cast<std::uint32_t>(out.texts.size());
    out.texts.push_back(std::move(text));
  }
  out.codes.reserve(numbers.size());
  for (const std::uint32_t n : numbers)
    out.codes.push_back(n == no_code ? no_code : code[n]);
  return out;
}

std::string numbered(const char* stem, std::uint32_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return stem + std::string(text.size() < digits ? digits - text.size() : 0, '0') + text;
}

/// Where and how one passage took place.
struct circumstances {
  circumstances(const trial_design& d, const shares_of& shares, random_stream& from)
      : camera(from.among(shares.cameras)), light(from.among(shares.lights)),
        deployment(std::min(d.deployments - 1, static_cast<std::uint32_t>(from.uniform() * d.deployments))) {}
  /// Drawn after the place: whether a template is made.
  bool acquired(const trial_design& d, std::uint32_t group, random_stream& from) const {
    return !from.happens(d.cameras[camera].failure_to_acquire + d.lights[light].failure_to_acquire +
                         d.groups[group].failure_to_acquire);
  }
  double mate_shift(const trial_design& d) const { return d.cameras[camera].mate_shift + d.lights[light].mate_shift; }
  std::uint32_t camera, light, deployment;
};

/// The score with the person's own entry, in millionths. `level` holds the mean and the effect of the person.
std::int64_t mate_score(const trial_design& d, double level, std::uint32_t images, random_stream& from) {
  const double tail = single_tail(from.uniform(), images);
  return millionths(level + d.scores.mate_noise_sd * distribution::normal_upper_quantile(tail));
}

void require_list(const trial_design& d, const watchlist& list) {
  require_valid(d);
  if (list.persons.size() != d.list_size())
    throw std::invalid_argument("draw_trial: the list was drawn from another design");
  for (const listed_person& one : list.persons)
    if (one.group >= d.groups.size() || one.images == 0)
      throw std::invalid_argument("draw_trial: the list was drawn from another design");
}

} // namespace

std::string person_id(std::uint32_t number) { return numbered("synthetic-person-", number, 6); }
std::string deployment_id(std::uint32_t number) { return numbered("synthetic-deployment-", number + 1, 3); }

watchlist draw_watchlist(const trial_design& d, std::uint64_t seed) {
  require_valid(d);
  const shares_of shares(d);
  watchlist out;
  for (std::uint32_t person = 0; person < d.list_size(); ++person) {
    random_stream from(seed, drawn_for::listed_person, person);
    listed_person one;
    one.group = from.among(person < d.volunteers ? shares.passing : shares.listed);
    one.images = 1 + from.among(shares.images);
    one.effect = d.scores.list_sd * from.normal();
    out.persons.push_back(one);
  }
  return out;
}

synthetic_trial draw_trial(const trial_design& d, const watchlist& list, std::uint64_t seed) {
  require_list(d, list);
  const shares_of shares(d);
  const std::int64_t recorded = std::llround(d.recording_threshold * score_steps);
  const candidate_sampler sampler(d, list, recorded);

  synthetic_trial out;
  passage_table& table = out.passages;
  table.system = d.system;
  table.recorded_from = logged(recorded);
  for (const listed_person& one : list.persons)
    out.group_of.push_back(one.group);
  out.first_candidate.push_back(0);
  std::vector<std::uint32_t> person_numbers, camera_numbers, deployment_numbers, light_numbers, group_numbers,
      top_numbers;
  std::vector<candidate> found;
  candidate_sampler::reach reach;

  const std::uint32_t people = d.volunteers + d.passers;
  for (std::uint32_t at = 0; at < people; ++at) {
    const bool listed = at < d.volunteers;
    const std::uint32_t person = listed ? at : d.list_size() + (at - d.volunteers);
    random_stream own(seed, drawn_for::person, person);
    const std::uint32_t drawn_group = own.among(shares.passing);
    const std::uint32_t group = listed ? list.persons[person].group : drawn_group;
    if (!listed) out.group_of.push_back(group);
    const double passer_effect = d.scores.passer_sd * own.normal(), mate_effect = d.scores.mate_sd * own.normal();
    const std::uint32_t times = passes_of(listed ? d.volunteer_passes : d.passer_passes, own);
    sampler.reach_of(group, passer_effect, reach);

    for (std::uint32_t pass = 0; pass < times; ++pass) {
      random_stream from(seed, drawn_for::passage, person, pass);
      const circumstances where(d, shares, from);
      const bool acquired = where.acquired(d, group, from);
      float mate = no_score, top = no_score, second = no_score;
      std::uint32_t mate_rank = 0, top_number = no_code;
      found.clear();
      if (acquired) {
        if (listed) {
          const double level = d.scores.mate_base + mate_effect + where.mate_shift(d);
          const std::int64_t score = mate_score(d, level, list.persons[person].images, from);
          if (score >= recorded) found.push_back({person, logged(score)});
        }
        sampler.draw(reach, listed ? person : candidate_sampler::no_one, from, found);
        std::sort(found.begin(), found.end(), ranks_before);
        if (found.size() > d.candidates_kept) found.resize(d.candidates_kept);
        for (std::uint32_t rank = 0; rank < found.size(); ++rank)
          if (listed && found[rank].person == person) {
            mate = found[rank].score;
            mate_rank = rank + 1;
          }
        if (!found.empty()) {
          top = found[0].score;
          top_number = found[0].person;
        }
        if (found.size() > 1) second = found[1].score;
      }
      out.candidates.insert(out.candidates.end(), found.begin(), found.end());
      out.first_candidate.push_back(out.candidates.size());
      person_numbers.push_back(person);
      camera_numbers.push_back(where.camera);
      light_numbers.push_back(where.light);
      deployment_numbers.push_back(where.deployment);
      group_numbers.push_back(group);
      top_numbers.push_back(top_number);
      table.mated.push_back(listed ? mated_status::yes : mated_status::no);
      table.acquired.push_back(acquired ? 1 : 0);
      table.top_score.push_back(top);
      table.second_score.push_back(second);
      table.mate_score.push_back(mate);
      table.mate_rank.push_back(mate_rank);
    }
  }
  const auto names = [](const auto& rows) { return [&rows](std::uint32_t n) { return rows[n].name; }; };
  const auto size = [](const auto& rows) { return static_cast<std::uint32_t>(rows.size()); };
  table.person = column_of(person_numbers, d.list_size() + d.passers, person_id);
  table.top_person = column_of(top_numbers, d.list_size(), person_id);
  table.deployment = column_of(deployment_numbers, d.deployments, deployment_id);
  table.camera = column_of(camera_numbers, size(d.cameras), names(d.cameras));
  table.groups[d.group_axis] = column_of(group_numbers, size(d.groups), names(d.groups));
  table.groups["light"] = column_of(light_numbers, size(d.lights), names(d.lights));
  return out;
}

synthetic_crowd draw_crowd(const trial_design& d, const watchlist& list, std::uint64_t seed) {
  require_list(d, list);
  const shares_of shares(d);
  const std::int64_t threshold = std::llround(d.operating_threshold * score_steps);
  const candidate_sampler sampler(d, list, threshold);
  const auto camera_count = static_cast<std::uint32_t>(d.cameras.size());

  synthetic_crowd out;
  for (std::uint32_t cell = 0; cell < d.deployments * camera_count; ++cell) {
    crowd_cell one;
    one.deployment = cell / camera_count;
    one.camera = cell % camera_count;
    out.cells.push_back(one);
  }
  std::vector<candidate> found;
  candidate_sampler::reach reach;
  std::uint32_t alert_group = 0;
  for (std::uint32_t at = 0; at < d.crowd.listed_passers + d.crowd.passers; ++at) {
    const bool listed = at < d.crowd.listed_passers;
    const std::uint32_t person = d.volunteers + at; // on the list, if listed
    random_stream own(seed, drawn_for::crowd_person, at);
    const std::uint32_t drawn_group = own.among(shares.passing);
    const std::uint32_t group = listed ? list.persons[person].group : drawn_group;
    const double passer_effect = d.scores.passer_sd * own.normal(), mate_effect = d.scores.mate_sd * own.normal();
    const std::uint32_t times = passes_of(d.crowd.passes, own);
    sampler.reach_of(group, passer_effect, reach);

    for (std::uint32_t pass = 0; pass < times; ++pass) {
      random_stream from(seed, drawn_for::crowd_passage, at, pass);
      const circumstances where(d, shares, from);
      const bool acquired = where.acquired(d, group, from);
      const std::uint32_t seen_as = from.happens(d.crowd.second_face) ? 2 : 1;
      found.clear();
      if (acquired) {
        if (listed) {
          const double level = d.scores.mate_base + mate_effect + where.mate_shift(d);
          const std::int64_t score = mate_score(d, level, list.persons[person].images, from);
          if (score >= threshold) found.push_back({person, logged(score)});
        }
        sampler.draw(reach, listed ? person : candidate_sampler::no_one, from, found);
      }
      const auto best = std::min_element(found.begin(), found.end(), ranks_before);
      const bool alerted = best != found.end(), right = alerted && listed && best->person == person;
      crowd_cell& cell = out.cells[where.deployment * camera_count + where.camera];
      cell.true_faces += seen_as;
      (listed ? cell.listed_passages : cell.nonmated_passages) += 1;
      if (listed && right) ++cell.listed_passages_identified;
      if (!listed && alerted) ++cell.nonmated_passages_with_alert;
      if (!alerted) continue;

      random_stream told(seed, drawn_for::crowd_alert, at, pass);
      crowd_alert alert;
      alert.alert_group = ++alert_group;
      alert.deployment = where.deployment;
      alert.camera = where.camera;
      alert.alerted_on = *best;
      alert.truly_listed = right;
      alert.credible = told.happens(right ? d.crowd.credible_when_true : d.crowd.credible_when_false);
      alert.engaged = told.happens(d.crowd.engaged_when_credible) && alert.credible;
      if (alert.engaged) alert.identity = right ? alert_identity::true_alert : alert_identity::false_alert;
      out.alerts.push_back(alert);
      if (seen_as == 2) {
        const std::int64_t first = std::llround(static_cast<double>(best->score) * score_steps);
        const auto above = static_cast<std::int64_t>(told.uniform() * static_cast<double>(first - threshold));
        alert.alerted_on.score = logged(threshold + above);
        out.alerts.push_back(alert);
      }
    }
  }
  for (std::uint32_t cell = 0; cell < out.cells.size(); ++cell) {
    random_stream from(seed, drawn_for::crowd_cell, cell);
    const double counted =
        static_cast<double>(out.cells[cell].true_faces) * (1.0 + d.crowd.face_count_cv * from.normal());
    out.cells[cell].counted_faces = static_cast<std::uint64_t>(std::llround(std::fmax(0.0, counted)));
  }
  return out;
}

} // namespace lfreval::synthetic

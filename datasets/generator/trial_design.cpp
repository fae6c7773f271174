#include "trial_design.hpp"

#include <cmath>
#include <set>
#include <stdexcept>

namespace lfreval::synthetic {

namespace {

void require(bool condition, const std::string& why) {
  if (!condition) throw std::invalid_argument("trial_design: " + why);
}

void require_share(double share, const std::string& of) {
  require(share >= 0.0 && share <= 1.0, "the share of " + of + " lies outside [0, 1]");
}

void require_spread(double sd, const std::string& of) {
  require(sd >= 0.0 && std::isfinite(sd), "the standard deviation of " + of + " is negative or not finite");
}

void require_sum(double sum, const std::string& of) {
  require(std::fabs(sum - 1.0) <= 1e-9, "the shares of " + of + " do not add to 1");
}

void require_name(const std::string& name, std::set<std::string>& taken, const std::string& of) {
  require(!name.empty() && name.find_first_of(",\"\r\n") == std::string::npos,
          "a name of " + of + " is empty or needs quotes");
  require(taken.insert(name).second, "the name " + name + " of " + of + " is used twice");
}

void require_passes(const pass_numbers& passes, const std::string& of) {
  require(passes.fewest >= 1 && passes.fewest <= passes.most, "the passes of " + of + " do not run from 1 upwards");
  require(passes.most <= 100000 && passes.tail > 0.0 && std::isfinite(passes.tail),
          "the passes of " + of + " have no such tail");
}

double require_conditions(const std::vector<condition_design>& conditions, const std::string& of) {
  require(!conditions.empty(), "there are no " + of);
  std::set<std::string> taken;
  double sum = 0.0, worst = 0.0;
  for (const condition_design& one : conditions) {
    require_name(one.name, taken, of);
    require_share(one.share, of);
    require_share(one.failure_to_acquire, "failures to acquire");
    require(std::isfinite(one.mate_shift), "a shift of " + of + " is not finite");
    sum += one.share;
    worst = std::fmax(worst, one.failure_to_acquire);
  }
  require_sum(sum, of);
  return worst;
}

void require_step(double threshold, const std::string& name) {
  require(std::isfinite(threshold) && std::fabs(threshold) <= 1.0, "the " + name + " threshold lies outside [-1, 1]");
  require(std::round(threshold * score_steps) / score_steps == threshold,
          "the " + name + " threshold has more than six decimals");
}

} // namespace

std::vector<double> pass_numbers::probabilities() const {
  std::vector<double> out;
  for (std::uint32_t n = fewest; n <= most; ++n) {
    const auto reached = [this](std::uint32_t k) { return std::pow(static_cast<double>(fewest) / k, tail); };
    out.push_back(n == most ? reached(n) : reached(n) - reached(n + 1));
  }
  return out;
}

void require_valid(const trial_design& d) {
  std::set<std::string> single;
  require_name(d.system, single, "the system");
  single.clear();
  require_name(d.list, single, "the list");
  single.clear();
  require_name(d.group_axis, single, "the groups");
  require(d.group_axis != "light", "the groups cannot be named light");
  require(d.volunteers < 1000000 && d.passers < 1000000 && d.others_listed < 1000000 && d.crowd.passers < 1000000 &&
              std::uint64_t{d.volunteers} + d.passers + d.others_listed < 1000000,
          "there are a million persons or more");
  require(d.list_size() > 0, "the list is empty");
  require(d.crowd.listed_passers <= d.others_listed, "more listed persons pass in the crowd than are listed");
  require(d.deployments >= 1 && d.deployments < 1000, "the deployments do not number 1 to 999");
  require(d.candidates_kept >= 1, "no candidate is kept");
  require_passes(d.volunteer_passes, "volunteers");
  require_passes(d.passer_passes, "passers");
  require_passes(d.crowd.passes, "the crowd");

  require(!d.images_per_person.empty() && d.images_per_person.size() <= 9, "persons do not have 1 to 9 images");
  double images = 0.0;
  for (const double share : d.images_per_person) {
    require_share(share, "persons by images");
    images += share;
  }
  require_sum(images, "persons by images");

  require(!d.groups.empty(), "there are no groups");
  std::set<std::string> taken;
  double passing = 0.0, listed = 0.0, worst = 0.0;
  for (const group_design& group : d.groups) {
    require_name(group.name, taken, "groups");
    require_share(group.share_of_passers, "a group");
    require_share(group.share_of_list, "a group");
    require_share(group.failure_to_acquire, "failures to acquire");
    require(std::isfinite(group.elevation), "an elevation is not finite");
    passing += group.share_of_passers;
    listed += group.share_of_list;
    worst = std::fmax(worst, group.failure_to_acquire);
  }
  require_sum(passing, "groups among passers");
  require_sum(listed, "groups on the list");
  worst += require_conditions(d.cameras, "cameras");
  worst += require_conditions(d.lights, "lights");
  require(worst <= 1.0, "failures to acquire add to more than 1");

  require(std::isfinite(d.scores.base) && std::isfinite(d.scores.mate_base), "a mean score is not finite");
  require_spread(d.scores.passer_sd, "passers");
  require_spread(d.scores.list_sd, "listed persons");
  require_spread(d.scores.mate_sd, "mates");
  require(d.scores.noise_sd > 0.0 && d.scores.mate_noise_sd > 0.0, "there is no noise");
  require_spread(d.scores.noise_sd, "noise");
  require_spread(d.scores.mate_noise_sd, "noise");
  require_step(d.operating_threshold, "operating");
  require_step(d.recording_threshold, "recording");
  require(d.recording_threshold <= d.operating_threshold, "the log would not hold every alert");

  require_share(d.crowd.second_face, "second faces");
  require_spread(d.crowd.face_count_cv, "the count of faces");
  require_share(d.crowd.credible_when_true, "credible alerts");
  require_share(d.crowd.credible_when_false, "credible alerts");
  require_share(d.crowd.engaged_when_credible, "engagements");
}

} // namespace lfreval::synthetic

/// @file
/// Designs that several tests draw from.
#pragma once

#include <cstdint>

#include "generator/trial_design.hpp"

namespace lfreval::test {

/// Everything that a design can have, small: groups that differ, wolves, lambs, goats, several images, cameras and
/// light, failures to acquire, a few people who pass very often.
inline synthetic::trial_design everything() {
  synthetic::trial_design d;
  d.volunteers = 40;
  d.volunteer_passes = {2, 12, 1.2};
  d.passers = 150;
  d.passer_passes = {1, 30, 1.1};
  d.others_listed = 60;
  d.images_per_person = {0.6, 0.3, 0.1};
  d.groups = {{"north", 0.5, 0.3, 0.020, 0.00}, {"south", 0.3, 0.3, 0.045, 0.02}, {"west", 0.2, 0.4, 0.030, 0.01}};
  d.cameras = {{"gate", 0.7, 0.00, 0.01}, {"tunnel", 0.3, -0.03, 0.05}};
  d.lights = {{"day", 0.8, 0.01, 0.00}, {"dusk", 0.2, -0.04, 0.03}};
  d.deployments = 3;
  d.scores = {.base = 0.36,
              .noise_sd = 0.05,
              .passer_sd = 0.03,
              .list_sd = 0.02,
              .mate_base = 0.70,
              .mate_noise_sd = 0.03,
              .mate_sd = 0.04};
  d.operating_threshold = 0.55;
  d.recording_threshold = 0.5;
  d.candidates_kept = 100;
  return d;
}

/// A field trial of about 5,000 passages against a list of 500, at an identification rate of false positives near 1 %;
/// `spread` scales the effects of persons: 0 makes all trials independent.
inline synthetic::trial_design field_trial(double spread, const synthetic::pass_numbers& passes) {
  synthetic::trial_design d;
  d.volunteers = 200;
  d.volunteer_passes = {8, 8, 1.0};
  d.passers = 600;
  d.passer_passes = passes;
  d.others_listed = 300;
  d.images_per_person = {0.7, 0.3};
  d.groups = {{"north", 0.7, 0.5, 0.010, 0.00}, {"south", 0.3, 0.5, 0.020, 0.01}};
  d.cameras = {{"gate", 0.6, 0.00, 0.01}, {"tunnel", 0.4, -0.02, 0.02}};
  d.scores = {.base = 0.35,
              .noise_sd = 0.05,
              .passer_sd = 0.03 * spread,
              .list_sd = 0.015,
              .mate_base = 0.72,
              .mate_noise_sd = 0.03,
              .mate_sd = 0.05 * spread};
  d.operating_threshold = 0.62;
  d.recording_threshold = 0.58;
  return d;
}

} // namespace lfreval::test

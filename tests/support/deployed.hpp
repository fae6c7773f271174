/// @file
/// Deployments written in a line, and the findings about them.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include <lfreval/report/evaluation.hpp>

namespace lfreval::test {

/// A deployment of force F that recorded these faces, and these right and wrong alerts.
inline deployment_record deployed(std::string id, std::uint64_t seen, std::uint64_t right, std::uint64_t wrong, std::string site = {}) {
  deployment_record r;
  r.force = "F";
  r.deployment = std::move(id);
  r.site = std::move(site);
  r.label_source = "published";
  r.faces = lfreval::faces(seen);
  r.alerts = lfreval::alerts(right + wrong);
  r.published_true_alerts = lfreval::true_alerts(right);
  r.published_false_alerts = lfreval::false_alerts(wrong);
  return r;
}

/// The finding with this key, which must be there.
inline const finding& at(const evaluation& e, const std::string& key) {
  const finding* const found = e.find(key);
  if (found == nullptr) throw std::runtime_error("no finding " + key);
  return *found;
}

} // namespace lfreval::test

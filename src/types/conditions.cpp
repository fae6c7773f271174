#include <lfreval/types/conditions.hpp>

#include <algorithm>

#include <lfreval/types/number.hpp>

namespace lfreval {

void counted_condition::add(const std::optional<std::uint64_t>& value, std::uint64_t exposure) {
  if (!value) { ++unknown; return; }
  smallest = smallest ? std::min(*smallest, *value) : *value;
  largest = largest ? std::max(*largest, *value) : *value;
  weight += exposure;
  weighted_sum += static_cast<unsigned __int128>(*value) * exposure;
}

std::optional<double> counted_condition::weighted_mean() const {
  if (weight == 0) return std::nullopt;
  return static_cast<double>(weighted_sum) / static_cast<double>(weight);
}

bool conditions::mixed() const noexcept {
  const auto several = [](const named_condition& c) { return c.values.size() + (c.unknown != 0 ? 1 : 0) > 1; };
  const bool lists = watchlist_images.smallest != watchlist_images.largest ||
                     watchlist_persons.smallest != watchlist_persons.largest;
  return several(system) || several(threshold) || several(site) || lists;
}

namespace {

std::string listed(const named_condition& c) {
  std::string out;
  for (const std::string& value : c.values) out += (out.empty() ? "" : ", ") + value;
  if (out.empty()) return "not on record";
  if (c.unknown != 0) out += ", some not on record";
  return out;
}

void check_name(comparability& out, const char* name, const named_condition& a, const named_condition& b, bool refuses) {
  const bool one_unknown = a.unknown != 0 || a.is_unknown() || b.unknown != 0 || b.is_unknown();
  // A value that only one side has is a difference, whatever else is unknown.
  const bool differ = !a.is_unknown() && !b.is_unknown() && a.values != b.values;
  if (differ || (!one_unknown && a.values.size() > 1)) {
    out.differences.push_back(std::string(name) + ": " + listed(a) + " against " + listed(b));
    out.allowed = refuses ? comparability::status::refused : std::max(out.allowed, comparability::status::projected);
  } else if (one_unknown) {
    const bool both = a.is_unknown() && b.is_unknown();
    out.unknown.push_back(both ? std::string(name) + " is not on record for either side" : std::string(name) + ": " + listed(a) + " against " + listed(b));
    out.allowed = std::max(out.allowed, comparability::status::projected);
  }
}

void check_size(comparability& out, const char* name, const counted_condition& a, const counted_condition& b) {
  if (a.unknown != 0 || b.unknown != 0 || !a.smallest || !b.smallest) {
    const bool both = !a.smallest && !b.smallest;
    out.unknown.push_back(std::string(name) + (both ? " are not on record for either side" : " are not on record for every deployment"));
    out.allowed = std::max(out.allowed, comparability::status::projected);
  }
  const auto mean_a = a.weighted_mean(), mean_b = b.weighted_mean();
  if (!mean_a || !mean_b) return;
  const double most = std::max(*mean_a, *mean_b), least = std::min(*mean_a, *mean_b);
  if (most <= 1.1 * least) return;
  out.differences.push_back(std::string(name) + ": mean " + grouped(static_cast<std::uint64_t>(*mean_a + 0.5)) + " against " +
                            grouped(static_cast<std::uint64_t>(*mean_b + 0.5)));
  out.allowed = std::max(out.allowed, comparability::status::projected);
}

} // namespace

comparability compare(const conditions& a, const conditions& b) {
  comparability out;
  check_name(out, "threshold", a.threshold, b.threshold, false);
  check_name(out, "system version", a.system, b.system, false);
  check_name(out, "face counting rule", a.faces_counting_rule, b.faces_counting_rule, true);
  check_name(out, "label source", a.label_source, b.label_source, true);
  check_size(out, "watchlist images", a.watchlist_images, b.watchlist_images);
  // Persons are seldom published; where they are, they are held to the same rule.
  if (a.watchlist_persons.smallest && b.watchlist_persons.smallest) check_size(out, "watchlist persons", a.watchlist_persons, b.watchlist_persons);
  return out;
}

} // namespace lfreval

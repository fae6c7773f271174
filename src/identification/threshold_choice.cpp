#include <lfreval/identification/threshold_choice.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "choose.hpp"

namespace lfreval::identification {

choosable<threshold_choice> guaranteed_threshold(const score_steps& highest_of_each_passage,
                                                 const threshold_request& wanted) {
  threshold_choice out;
  out.method = threshold_method::independent_passages;
  out.rate = threshold_rate::per_passage;
  out.passages = highest_of_each_passage.passages();
  return detail::guaranteed(highest_of_each_passage, wanted, out);
}

choosable<threshold_choice> conformal_threshold(const score_steps& highest_of_each_passage,
                                                const threshold_request& wanted) {
  detail::require_target("identification::conformal_threshold", wanted.target);
  const std::uint64_t n = highest_of_each_passage.passages();
  if (n == 0) return detail::none_chosen(no_threshold_reason::empty, "Record non-mated passages.");
  const double places = static_cast<double>(n) + 1.0;
  double l = std::floor(places * wanted.target);
  if (l / places > wanted.target) l -= 1.0; // the product rounded up to a whole number
  if (l < 1.0) {
    const double enough = std::ceil(1.0 / wanted.target) - 1.0;
    std::optional<std::uint64_t> needed;
    if (enough <= static_cast<double>(largest_count)) needed = static_cast<std::uint64_t>(enough);
    return detail::too_few({{}, n, needed}, "independent non-mated passages");
  }
  threshold_choice out;
  out.method = threshold_method::split_conformal;
  out.promise = threshold_promise::expectation_only;
  out.rate = threshold_rate::per_passage;
  out.passages = n;
  out.allowed = static_cast<std::uint64_t>(l) - 1;
  out.bound = l / places;
  return detail::set_by_count(highest_of_each_passage, wanted, out);
}

choosable<common_threshold> guaranteed_threshold_for_all(std::span<const group_scores> groups,
                                                         const threshold_request& wanted) {
  if (groups.empty()) return detail::none_chosen(no_threshold_reason::empty, "Name at least one group.");
  common_threshold out;
  no_threshold missing{
      no_threshold_reason::too_few_passages, "Record more independent non-mated passages of these groups:", {}};
  for (const group_scores& g : groups) {
    auto own = guaranteed_threshold(g.highest_of_each_passage, wanted);
    if (own) {
      if (out.groups.empty() || own->at > out.at) out.at = own->at, out.deciding = out.groups.size();
      out.groups.push_back(*own);
      continue;
    }
    const auto why = own.error().reason;
    if (why != no_threshold_reason::too_few_passages && why != no_threshold_reason::empty)
      return detail::none_chosen(why, g.name + ": " + own.error().remedy);
    missing.groups.push_back(
        {g.name, g.highest_of_each_passage.passages(), passages_needed(wanted.target, wanted.level)});
    missing.remedy += (missing.groups.size() == 1 ? " " : "; ") + detail::passages_to_record(missing.groups.back());
  }
  if (missing.groups.empty()) return out;
  missing.remedy += ".";
  return tl::unexpected(std::move(missing));
}

} // namespace lfreval::identification

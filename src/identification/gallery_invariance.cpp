#include <lfreval/identification/gallery_invariance.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval::identification {

namespace {

constexpr const char* name = "identification::check_gallery_invariance";

bool earlier(const searched_pair& a, const searched_pair& b) {
  return std::tie(a.passage, a.entry) < std::tie(b.passage, b.entry);
}

std::vector<searched_pair> sorted_pairs(std::span<const searched_pair> pairs) {
  std::vector<searched_pair> out(pairs.begin(), pairs.end());
  for (searched_pair& p : out) {
    if (!detail::finite(p.score)) detail::wrong_call(name, "pairs", "hold a score that is not finite");
    p.score += 0.0F;
  }
  std::sort(out.begin(), out.end(), earlier);
  for (std::size_t i = 1; i < out.size(); ++i)
    if (!earlier(out[i - 1], out[i])) detail::wrong_call(name, "pairs", "hold a pair twice in one search");
  return out;
}

} // namespace

estimable<gallery_invariance> check_gallery_invariance(std::span<const searched_pair> whole,
                                                       std::span<const partial_search> parts,
                                                       const invariance_request& how) {
  detail::require_amount(name, "tolerance", how.tolerance);
  const std::vector<searched_pair> all = sorted_pairs(whole);
  std::set<std::uint64_t>
      searched; // passages of the whole list's search: one without any candidate is not told from one not made
  for (const searched_pair& p : all)
    searched.insert(p.passage);
  gallery_invariance out;
  out.parts = parts.size();
  std::set<std::uint64_t> passages;
  const auto note = [&](const differing_pair& pair) {
    ++(pair.missing_in_whole || pair.missing_in_part ? out.missing : out.differing);
    out.examples.push_back(pair);
  };
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const std::vector<searched_pair> few = sorted_pairs(parts[part].pairs);
    const std::set<std::uint64_t> enrolled(parts[part].enrolled.begin(), parts[part].enrolled.end());
    std::set<std::uint64_t> returned;
    for (const searched_pair& p : few) {
      if (enrolled.count(p.entry) == 0)
        detail::wrong_call(name, "parts", "hold a pair with somebody who was not enrolled");
      returned.insert(p.passage);
      const auto found = std::lower_bound(all.begin(), all.end(), p, earlier);
      if (found != all.end() && !earlier(p, *found)) {
        ++out.compared;
        passages.insert(p.passage);
        const double a = static_cast<double>(found->score), b = static_cast<double>(p.score), apart = std::fabs(a - b);
        out.largest_difference = std::max(out.largest_difference, apart);
        if (apart > how.tolerance * std::max(std::fabs(a), std::fabs(b)))
          note({p.passage, p.entry, part, found->score, p.score, false, false});
      } else if (how.every_candidate_kept && searched.count(p.passage) > 0) {
        passages.insert(p.passage);
        note({p.passage, p.entry, part, 0.0F, p.score, true, false});
      }
    }
    for (const searched_pair& p : all) {
      if (enrolled.count(p.entry) == 0 || returned.count(p.passage) == 0) continue;
      if (std::binary_search(few.begin(), few.end(), p, earlier)) continue;
      passages.insert(p.passage);
      note({p.passage, p.entry, part, p.score, 0.0F, false, true});
    }
  }
  if (parts.size() < 2)
    return detail::no_value(undefined_reason::not_recorded,
                            "Search the same passages against at least two random parts of the list.");
  out.passages = passages.size();
  if (out.compared + out.missing == 0)
    return detail::no_value(undefined_reason::empty,
                            "Record the scores of passages and list persons that occur in both searches.");
  std::sort(out.examples.begin(), out.examples.end(), [](const differing_pair& a, const differing_pair& b) {
    const auto key = [](const differing_pair& p) {
      const bool missing = p.missing_in_whole || p.missing_in_part;
      const double apart = missing ? 0.0 : std::fabs(static_cast<double>(p.whole) - static_cast<double>(p.in_part));
      return std::tuple(missing, -apart, p.part, p.passage, p.entry);
    };
    return key(a) < key(b);
  });
  if (out.examples.size() > how.how_many) out.examples.resize(how.how_many);
  return out;
}

flag_set flags_for_other_lists(vendor_statement stated, const estimable<gallery_invariance>* checked) {
  if (stated == vendor_statement::scores_depend_on_the_list) return {flag::gallery_dependent};
  if (checked != nullptr && checked->has_value())
    return (*checked)->invariant() ? flag_set{} : flag_set{flag::gallery_dependent};
  return stated == vendor_statement::none ? flag_set{flag::gallery_invariance_unknown} : flag_set{};
}

} // namespace lfreval::identification

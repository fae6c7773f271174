#include <lfreval/disparity/compare_groups.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/intervals/rate_difference.hpp>
#include <lfreval/intervals/rate_ratio.hpp>

namespace lfreval {

namespace {

constexpr double wanted_power = 0.8;

void require(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(std::string("compare_groups: ") + what);
}

/// The sides of each pair, with everybody else put together once for each group.
struct family_of_pairs {
  std::vector<group_clusters> rests;
  std::vector<std::pair<const group_clusters*, const group_clusters*>> sides;
  std::vector<std::string> against;

  family_of_pairs(std::span<const group_clusters> groups, std::span<const group_pair> pairs) {
    rests.reserve(pairs.size());
    for (const group_pair& pair : pairs) {
      require(pair.of < groups.size() && (pair.against == everybody_else || (pair.against < groups.size() && pair.against != pair.of)), "a pair names a group that is not there, or one group twice");
      if (pair.against != everybody_else) {
        sides.emplace_back(&groups[pair.of], &groups[pair.against]);
        against.push_back(groups[pair.against].label);
        continue;
      }
      std::vector<const group_clusters*> others;
      for (const group_clusters& one : groups)
        if (&one != &groups[pair.of]) others.push_back(&one);
      rests.push_back(merge_groups("", others));
      sides.emplace_back(&groups[pair.of], &rests.back());
      against.emplace_back();
    }
  }
};

bool share_clusters(const group_clusters& a, const group_clusters& b) {
  for (std::size_t i = 0, j = 0; i < a.clusters.size() && j < b.clusters.size();) {
    if (a.clusters[i] == b.clusters[j]) return true;
    ++(a.clusters[i] < b.clusters[j] ? i : j);
  }
  return false;
}

/// Decides a family step by step. `limits` makes the interval of one comparison at a level; it is not asked for those without
/// a value.
void decide(std::vector<judged_pair>& family, confidence level, double equality, const std::function<interval(std::size_t, confidence)>& limits) {
  std::size_t different = 0;
  const auto at_step = [&](std::size_t found) { return confidence::checked(1.0 - level.alpha() / static_cast<double>(family.size() - found)); };
  for (bool more = true; more && different < family.size();) {
    more = false;
    const confidence step = at_step(different);
    std::size_t found = 0;
    for (std::size_t i = 0; i < family.size(); ++i) {
      if (!family[i].made || family[i].made->verdict.different) continue;
      family[i].made->decided = limits(i, step);
      if (!(family[i].made->decided.lower > equality || family[i].made->decided.upper < equality)) continue;
      family[i].made->verdict.different = true;
      ++found;
    }
    different += found;
    more = found != 0;
  }
}

confidence at_twice_alpha(confidence level) {
  require(level.alpha() < 0.5, "the confidence is one half or less");
  return confidence::checked(1.0 - 2.0 * level.alpha());
}

double design_effect_of(const cluster_tally& counted, const group_worth& worth) { return static_cast<double>(counted.exposure) / worth.counts.exposure; }

} // namespace

std::vector<group_pair> pairs_with(std::size_t groups, std::size_t reference) {
  std::vector<group_pair> out;
  for (std::size_t i = 0; i < groups; ++i)
    if (i != reference) out.push_back({i, reference});
  return out;
}

std::vector<group_pair> all_pairs(std::size_t groups) {
  std::vector<group_pair> out;
  for (std::size_t i = 0; i < groups; ++i)
    for (std::size_t j = i + 1; j < groups; ++j) out.push_back({i, j});
  return out;
}

std::vector<judged_pair> compare_ratios(std::span<const group_clusters> groups, std::span<const group_pair> pairs, const comparison_rule& rule) {
  const family_of_pairs of(groups, pairs);
  require(rule.level.alpha() < 0.5, "the confidence is one half or less");
  // What a silent group borrows is of all groups, so that it does not depend on the pair.
  const std::optional<double> borrowed = rule.planning_design_effect ? rule.planning_design_effect : design_effect_to_borrow(groups, rule.family, rule.level);
  const auto side = [&](const group_clusters& group, const std::string& label) {
    return ratio_side{label, group.total(), [&group, &rule, borrowed](confidence level) { return worth_of(group.tallies, rule.family, level, borrowed); }, group.exposure_cv};
  };
  std::vector<pair_of_sides> family;
  for (std::size_t i = 0; i < of.sides.size(); ++i)
    family.push_back({side(*of.sides[i].first, of.sides[i].first->label), side(*of.sides[i].second, of.against[i]), share_clusters(*of.sides[i].first, *of.sides[i].second)});
  return compare_ratios(family, rule);
}

std::vector<judged_pair> compare_ratios(std::span<const pair_of_sides> family, const comparison_rule& rule) {
  require(!rule.margin || (std::isfinite(*rule.margin) && *rule.margin > 1.0), "the margin of a ratio is not a factor above 1");
  require(rule.level.alpha() < 0.5, "the confidence is one half or less");
  const confidence strictest = confidence::checked(1.0 - rule.level.alpha() / static_cast<double>(std::max<std::size_t>(1, family.size())));
  const auto ratio_at = [&](std::size_t i, confidence level) -> estimable<interval> {
    const auto a = family[i].of.worth(level), b = family[i].against.worth(level);
    if (!a || !b) return tl::unexpected(!a ? a.error() : b.error());
    const auto ratio = rate_ratio::conditional_effective(a->counts.events, a->counts.exposure, b->counts.events, b->counts.exposure, level);
    if (!ratio) return tl::unexpected(ratio.error());
    if (family[i].of.exposure_cv == 0 && family[i].against.exposure_cv == 0) return ratio->limits;
    return rate_ratio::widen_by_denominators(ratio->point, ratio->limits, family[i].of.exposure_cv, family[i].against.exposure_cv);
  };
  std::vector<judged_pair> out;
  for (std::size_t i = 0; i < family.size(); ++i) {
    const auto& [a, b, shared] = family[i];
    judged_pair pair{a.label, b.label, tl::unexpected(undefined{})};
    const auto limits = ratio_at(i, rule.level);
    if (!limits) {
      pair.made = tl::unexpected(limits.error());
      out.push_back(std::move(pair));
      continue;
    }
    const group_worth wa = *a.worth(rule.level), wb = *b.worth(rule.level);
    group_comparison made;
    made.of = pair.of;
    made.against = pair.against;
    made.first = a.counted;
    made.second = b.counted;
    made.point = b.counted.events == 0 ? unbounded
                                       : (static_cast<double>(a.counted.events) / static_cast<double>(a.counted.exposure)) / (static_cast<double>(b.counted.events) / static_cast<double>(b.counted.exposure));
    made.made = made.decided = *limits;
    const auto flat = rate_ratio::conditional_exact(a.counted.events, static_cast<double>(a.counted.exposure), b.counted.events, static_cast<double>(b.counted.exposure), rule.level);
    if (flat) made.flat = flat->limits;
    made.family = family.size();
    made.margin = rule.margin;
    if (rule.margin) made.verdict.equivalent = equivalence::judge(made.made, *ratio_at(i, at_twice_alpha(rule.level)), *rule.margin).equivalent;
    const auto events = static_cast<std::uint64_t>(std::floor(wa.counts.events + wb.counts.events));
    if (const auto detectable = power::min_detectable_ratio_given_total(events, wa.counts.exposure / (wa.counts.exposure + wb.counts.exposure), strictest, wanted_power)) made.detectable_ratio = detectable->ratio;
    if (b.counted.events != 0)
      made.exposure_needed = power::faces_per_group(static_cast<double>(b.counted.events) / static_cast<double>(b.counted.exposure), rule.margin.value_or(2.0), strictest, wanted_power) *
                             std::max({1.0, design_effect_of(a.counted, wa), design_effect_of(b.counted, wb)});
    if (wa.is_borrowed || wb.is_borrowed) made.flags |= flag::borrowed_design_effect;
    if (wa.is_per_cluster || wb.is_per_cluster) made.flags |= flag::strict_bound;
    if (shared) made.flags |= flag::groups_share_clusters;
    if (a.counted.events + b.counted.events < 30) made.flags |= flag::few_events;
    pair.made = std::move(made);
    out.push_back(std::move(pair));
  }
  decide(out, rule.level, 1.0, [&](std::size_t i, confidence level) { return *ratio_at(i, level); });
  return out;
}

std::vector<judged_pair> compare_differences(std::span<const group_clusters> groups, std::span<const group_pair> pairs, const comparison_rule& rule) {
  require(rule.family == metric_family::share, "a difference is of shares");
  require(!rule.margin || (*rule.margin > 0.0 && *rule.margin < 1.0), "the margin of a difference does not lie between 0 and 1");
  const family_of_pairs of(groups, pairs);
  ladder_options how;
  how.by = rule.by;
  how.use = interval_use::limit_check; // what is decided on has to keep its level with few people
  how.planning_design_effect = rule.planning_design_effect;
  const auto rate_of = [&](const group_clusters& side, confidence level) { return ladder(side.tallies, level, sides::two, how); };
  const auto limits = [&](std::size_t i, confidence level) {
    const auto a = rate_of(*of.sides[i].first, level), b = rate_of(*of.sides[i].second, level);
    return difference::mover_d(a->point, a->headline, b->point, b->headline).limits;
  };
  std::vector<judged_pair> out;
  for (std::size_t i = 0; i < of.sides.size(); ++i) {
    const auto& [a, b] = of.sides[i];
    judged_pair pair{a->label, of.against[i], tl::unexpected(undefined{})};
    const auto ra = rate_of(*a, rule.level), rb = rate_of(*b, rule.level);
    const bool alone = ra && rb && (ra->clusters.clusters < 2 || rb->clusters.clusters < 2);
    if (!ra || !rb || alone) {
      pair.made = tl::unexpected(alone ? undefined{undefined_reason::one_cluster, "Record more people of this group: one shows nothing about how others like it fare.", undefined::range{-1.0, 1.0}}
                                       : (!ra ? ra.error() : rb.error()));
      out.push_back(std::move(pair));
      continue;
    }
    group_comparison made;
    made.of = pair.of;
    made.against = pair.against;
    made.first = a->total();
    made.second = b->total();
    made.point = ra->point - rb->point;
    made.made = made.decided = limits(i, rule.level);
    const auto flat = difference::miettinen_nurminen(made.first.events, made.first.exposure, made.second.events, made.second.exposure, rule.level);
    if (flat) made.flat = flat->limits;
    made.family = pairs.size();
    made.margin = rule.margin;
    if (rule.margin) {
      const interval narrow = limits(i, at_twice_alpha(rule.level));
      made.verdict.equivalent = narrow.lower > -*rule.margin && narrow.upper < *rule.margin;
    }
    if (share_clusters(*a, *b)) made.flags |= flag::groups_share_clusters;
    made.flags |= ra->flags;
    made.flags |= rb->flags;
    pair.made = std::move(made);
    out.push_back(std::move(pair));
  }
  decide(out, rule.level, 0.0, limits);
  return out;
}

} // namespace lfreval

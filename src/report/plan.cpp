#include <lfreval/report/plan.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <lfreval/bytes/file.hpp>
#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/identification/proof_power.hpp>
#include <lfreval/identification/repeated_passes.hpp>
#include <lfreval/intervals/clustered_limits.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/two_sided_binomial.hpp>
#include <lfreval/proportionality/belief.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {

constexpr std::uint64_t most_passes_simulated = 10'000; // of one person; each takes a step of every simulated trial
constexpr double most_events_tested = 1e7; // beyond, the exact test of a ratio takes minutes and says what the normal form says

bool of_misses(const design_claim& claim) { return claim.metric == metric_id::true_positive_identification_rate; }

std::uint64_t rounded_up(double passages) {
  if (!(passages < static_cast<double>(largest_count))) return largest_count;
  return static_cast<std::uint64_t>(std::ceil(passages - 1e-9));
}

struct planner {
  const trial_design& design;

  /// The supposed rate of the error that a claim is about: false positives, or misses.
  double error_rate(const design_claim& claim) const {
    const double rate = design.rates.at(claim.metric);
    return of_misses(claim) ? 1.0 - rate : rate;
  }
  static double target(const design_claim& claim) { return of_misses(claim) ? 1.0 - claim.declared.value() : claim.declared.value(); }

  double passes() const { return static_cast<double>(design.passes_per_person); }
  /// Of meeting the limit with at most `errors`. Without any error each person counts once, which may not be enough where a few
  /// errors would be.
  double chance(const design_claim& claim, std::uint64_t errors, std::uint64_t passages) const {
    const double independent = std::floor(static_cast<double>(passages) / design.design_effect), rate = error_rate(claim);
    const double at_most = detail::binomial_up_to(static_cast<double>(errors), independent, rate);
    return is_met(claim, 0, passages) ? at_most : std::max(0.0, at_most - detail::binomial_up_to(0.0, independent, rate));
  }

  /// Whether the verdict of an evaluation would be that the limit is met: by the rung of the ladder that so many errors of
  /// people with equal numbers of passages are on.
  bool is_met(const design_claim& claim, std::uint64_t errors, std::uint64_t passages) const {
    const auto n = static_cast<double>(passages);
    const double persons = std::floor(n / passes()), q = design.level.alpha();
    if (persons < 2.0) return false;
    if (errors == 0) return distribution::binomial_zero_upper(persons, q) <= target(claim);
    const double effect = std::max(design.design_effect, persons / (persons - 1.0)), observed = static_cast<double>(errors) * design.design_effect;
    if (observed >= n) return false;
    const detail::clustered_moments m{metric_family::share, observed / n, n, persons, effect, 1.0, (design.design_effect > 1.0 ? design.design_effect : passes()) / n};
    return (of_misses(claim) ? m.korn_graubard_upper(q) : m.checking_upper(q)) <= target(claim);
  }

  /// The fewest passages with which so many independent errors still meet the limit.
  std::uint64_t passages_for(const design_claim& claim, std::uint64_t errors) const {
    std::uint64_t too_few = 0, enough = rounded_up(static_cast<double>(identification::passages_needed(target(claim), design.level, errors).value_or(largest_count)) * design.design_effect);
    while (enough < largest_count && !is_met(claim, errors, enough)) {
      too_few = enough;
      enough = std::min(largest_count, enough + enough / 8 + 1);
    }
    while (too_few > 0 && enough - too_few > 1) {
      const std::uint64_t middle = too_few + (enough - too_few) / 2;
      (is_met(claim, errors, middle) ? enough : too_few) = middle;
    }
    return enough;
  }

  /// The most errors with which so many passages meet the limit; nothing when not even none would do.
  std::optional<std::uint64_t> errors_allowed(const design_claim& claim, std::uint64_t passages) const {
    const auto independent = static_cast<std::uint64_t>(static_cast<double>(passages) / design.design_effect);
    auto most = identification::guaranteed_k(independent, target(claim), design.level);
    while (most && !is_met(claim, *most, passages)) most = *most == 0 ? std::nullopt : std::optional(*most - 1);
    return most;
  }

  /// The same chance when the planning values are uncertain.
  std::optional<double> assured(const design_claim& claim, std::optional<std::uint64_t> errors, std::uint64_t passages) const {
    const double rate = error_rate(claim);
    if (!design.worth_passages || !(rate > 0.0)) return std::nullopt;
    if (!errors) return 0.0;
    const auto independent = static_cast<std::uint64_t>(static_cast<double>(passages) / design.design_effect);
    const double a = rate * *design.worth_passages, b = (1.0 - rate) * *design.worth_passages, n = static_cast<double>(independent);
    const double proven = decision::assurance(independent, target(claim), design.level, {a, b}).probability;
    const double no_error = std::exp(std::lgamma(b + n) - std::lgamma(b) + std::lgamma(a + b) - std::lgamma(a + b + n));
    return is_met(claim, 0, passages) ? proven : std::max(0.0, proven - no_error);
  }

  /// Each of several comparisons with one reference has its part of the error.
  confidence level_of(const design_claim& claim) const {
    const auto comparisons = static_cast<double>(design.mix.at(claim.group).size() - 1);
    return confidence::checked(1.0 - design.level.alpha() / comparisons);
  }

  /// What is supposed of people who pass more than once; nothing where they pass once, or where more than the person makes passages alike.
  std::optional<identification::repeated_passes> repeated(const design_claim& claim) const {
    if (design.passes_per_person < 2 || design.passes_per_person > most_passes_simulated) return std::nullopt;
    const double correlation = design.within_person_correlation.value_or((design.design_effect - 1.0) / (passes() - 1.0));
    if (correlation > 1.0) return std::nullopt;
    return identification::repeated_passes{design.passes_per_person, error_rate(claim), correlation, std::nullopt, design.design_effect};
  }

  identification::simulated_chance simulated(const design_claim& claim, const identification::repeated_passes& people, std::uint64_t persons) const {
    return identification::chance_to_prove(claim.declared, people, persons, design.level, design.seed);
  }
  std::optional<double> assured(const design_claim& claim, identification::repeated_passes people, std::uint64_t persons) const {
    if (!design.worth_passages || !(people.error_rate > 0.0)) return std::nullopt;
    people.worth_passages = design.worth_passages;
    return simulated(claim, people, persons).chance;
  }

  /// A trial finds its own design effect, which the sizes above take as known: so many people are added that simulated trials reach
  /// the chance.
  void enlarge(planned_claim& out, const identification::repeated_passes& people) const {
    constexpr double step = 1.01;
    std::uint64_t persons = (out.passages + people.passes - 1) / people.passes;
    identification::simulated_chance reached = simulated(out.claim, people, persons);
    for (int i = 0; i < 400 && reached.chance < design.power; ++i) {
      persons = std::max(persons + 1, rounded_up(static_cast<double>(persons) * step));
      reached = simulated(out.claim, people, persons);
    }
    out.passages = persons * people.passes;
    out.power = reached.chance;
    out.simulated_trials = reached.trials;
    out.most_errors = errors_allowed(out.claim, out.passages).value_or(0);
    out.assurance = assured(out.claim, people, persons);
  }

  void plan_limit(planned_claim& out) const {
    const design_claim& claim = out.claim;
    out.without_errors = passages_for(claim, 0);
    const auto found = identification::passages_to_prove(target(claim), error_rate(claim), design.level, design.power);
    if (!found) return;
    // An evaluation asks for a little more than the binomial test of independent passages.
    for (std::uint64_t errors = found->most_errors;; ++errors) {
      out.passages = passages_for(claim, errors);
      out.most_errors = errors;
      out.power = chance(claim, errors, out.passages);
      if (out.power >= design.power || errors > found->most_errors + 1000) break;
    }
    out.assurance = assured(claim, out.most_errors, out.passages);
    if (const auto people = repeated(claim); people && out.power >= design.power && out.passages < largest_count / 2) enlarge(out, *people);
    out.reachable = out.power >= design.power && out.passages < largest_count;
  }

  /// Independent passages of a group, against a reference `allocation` times as large, that find a ratio.
  double for_ratio(double rate, double ratio, confidence level, double allocation, double& normal, double& power) const {
    normal = power::rate_ratio_normal_logscale(rate, ratio, level, design.power, allocation).exposure;
    double exposure = normal;
    // The power of an exact test is a saw; passages are added until it holds.
    for (int i = 0; i < 400; ++i, exposure *= 1.01) {
      if (exposure * rate * (ratio + allocation) > most_events_tested) { power = design.power; return exposure; }
      power = power::rate_ratio_exact_conditional(rate * ratio, exposure, rate, exposure * allocation, level);
      if (power >= design.power) return exposure;
    }
    return exposure;
  }

  void plan_comparison(planned_claim& out) const {
    const design_claim& claim = out.claim;
    const auto& shares = design.mix.at(claim.group);
    const double reference = shares.at(claim.reference), rate = error_rate(claim);
    double most = -1.0;
    for (const auto& [label, share] : shares) {
      if (label == claim.reference) continue;
      double normal = 0.0, power = design.power, exposure = 0.0, total = 0.0;
      if (claim.what == design_claim::kind::ratio) {
        exposure = for_ratio(rate, claim.factor, level_of(claim), reference / share, normal, power);
        total = exposure / share;
      } else {
        // The smaller of the two groups decides.
        exposure = power::equivalence_events(claim.factor, design.level, design.power) / rate;
        total = exposure / std::min(share, reference);
      }
      if (total <= most) continue;
      most = total;
      out.group = label;
      out.group_passages = rounded_up(exposure * design.design_effect);
      out.approximate_group_passages = normal;
      out.power = power;
    }
    out.passages = rounded_up(most * design.design_effect);
    out.reachable = out.passages < largest_count;
  }

  planned_claim plan(const design_claim& claim) const {
    planned_claim out;
    out.claim = claim;
    if (claim.what == design_claim::kind::limit) plan_limit(out);
    else plan_comparison(out);
    if (!out.reachable) return out;
    if (of_misses(claim)) out.persons = (out.passages + design.passes_per_person - 1) / design.passes_per_person;
    else if (design.footfall_per_hour) out.hours = static_cast<double>(out.passages) / *design.footfall_per_hour;
    return out;
  }

  /// The smallest ratio that the smallest group of this budget finds; nothing when it would find none up to a thousand.
  std::optional<double> detectable(const design_claim& claim, double passages) const {
    const auto& shares = design.mix.at(claim.group);
    double smallest = 1.0;
    for (const auto& [label, share] : shares)
      if (label != claim.reference) smallest = std::min(smallest, share);
    const double rate = error_rate(claim), group = passages * smallest / design.design_effect, reference = passages * shares.at(claim.reference) / design.design_effect;
    const auto finds = [&](double ratio) { return power::rate_ratio_exact_conditional(rate * ratio, group, rate, reference, level_of(claim)) - design.power; };
    const double most = std::min(1000.0, 1.0 / rate);
    if (!(group > 0.0) || !(reference > 0.0) || group * rate * most > most_events_tested || finds(most) < 0.0) return std::nullopt;
    return distribution::root(finds, 1.0 + 1e-9, most);
  }

  void answer_budget(trial_plan& out) const {
    if (!design.budget) return;
    out.budget_mated = design.budget->persons.value_or(0) * design.passes_per_person;
    out.budget_nonmated = design.budget->nonmated_passages.value_or(0);
    for (std::size_t i = 0; i < out.claims.size(); ++i) {
      const design_claim& claim = out.claims[i].claim;
      const std::uint64_t passages = of_misses(claim) ? out.budget_mated : out.budget_nonmated;
      if (passages == 0) continue;
      budget_answer answer;
      answer.claim = i;
      if (claim.what == design_claim::kind::limit) {
        const auto errors = errors_allowed(claim, passages);
        answer.power = errors ? chance(claim, *errors, passages) : 0.0;
        answer.assurance = assured(claim, errors, passages);
        if (const auto people = repeated(claim)) {
          answer.power = simulated(claim, *people, passages / people->passes).chance;
          answer.assurance = assured(claim, *people, passages / people->passes);
        }
        if (const std::uint64_t persons = passages / design.passes_per_person; persons > 0) answer.best_limit = distribution::binomial_zero_upper(static_cast<double>(persons), design.level.alpha());
      } else if (claim.what == design_claim::kind::ratio) {
        answer.detectable_ratio = detectable(claim, static_cast<double>(passages));
      }
      out.budget.push_back(answer);
    }
    if (!design.budget->expected_false_alerts) return;
    for (const auto& [axis, shares] : design.mix)
      for (const auto& [label, share] : shares) {
        group_sensitivity answer{axis, label, share, std::nullopt};
        if (const auto found = power::min_detectable_ratio_given_total(*design.budget->expected_false_alerts, share, design.level, design.power)) answer.detectable_ratio = found->ratio;
        out.groups.push_back(std::move(answer));
      }
  }
};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') { out += '\\'; out += c; }
    else if (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') out += c;
  }
  return out + "\"";
}

/// A study that declares, before there are data, all that the claims are held against.
std::string study_of(const trial_design& design) {
  std::string out = "# Written by lfreval plan from a design with SHA-256 " + design.sha256 + ".\n"
                    "# Its own SHA-256 is the pre-registration: an evaluation states the hash of the study it was made from.\n"
                    "schema = 1\n\n[study]\nname = " + quoted(design.name) + "\nconfidence = " + shortest(design.level.level()) + "\nseed = " + std::to_string(design.seed) + "\n";
  double margin = 0.0;
  for (const design_claim& claim : design.claims)
    if (claim.what == design_claim::kind::equivalence) margin = margin == 0.0 ? claim.factor : std::min(margin, claim.factor);
  if (margin > 1.0) out += "equivalence_margin = " + shortest(margin) + "\n";
  if (design.design_effect > 1.0) out += "planning_design_effect = " + shortest(design.design_effect) + "\n";
  if (design.operating_threshold) out += "\n[system." + design.system + "]\noperating_threshold = " + shortest(*design.operating_threshold) + "\n";
  if (design.watchlist_persons) out += "\n[watchlist]\noperational_persons = " + std::to_string(*design.watchlist_persons) + "\n";
  std::vector<std::string> axes;
  for (const design_claim& claim : design.claims) {
    if (claim.group.empty() || std::find(axes.begin(), axes.end(), claim.group) != axes.end()) continue;
    axes.push_back(claim.group);
    out += "\n[[group]]\nname = " + quoted(claim.group) + "\ntable = \"persons\"\nreference = " + quoted(claim.reference) + "\n";
  }
  out += "\n[[source]]\nname = \"trial\"\nkind = \"seeded\"\ntable = \"passages\"\nfiles = [\"passages.csv\"]\n";
  if (design.operating_threshold) out += "system = " + quoted(design.system) + "\n";
  if (!axes.empty()) out += "\n[[source]]\nname = \"people\"\nkind = \"seeded\"\ntable = \"persons\"\nfiles = [\"persons.csv\"]\n";
  for (const design_claim& claim : design.claims) {
    if (claim.what != design_claim::kind::limit) continue;
    out += "\n[[limit]]\nmetric = " + quoted(std::string(to_string(claim.metric))) + "\n" + (claim.declared.direction == limit_direction::at_most ? "at_most" : "at_least") +
           " = { events = " + std::to_string(claim.declared.events) + ", exposure = " + std::to_string(claim.declared.exposure) + " }\nsource = " + quoted(claim.declared.source) + "\n";
  }
  return out;
}

} // namespace

trial_plan plan_trial(const trial_design& design) {
  const planner by{design};
  trial_plan out;
  out.design = design;
  for (const design_claim& claim : design.claims) {
    out.claims.push_back(by.plan(claim));
    const planned_claim& one = out.claims.back();
    std::uint64_t& most = of_misses(claim) ? out.mated_passages : out.nonmated_passages;
    most = std::max(most, one.passages);
  }
  out.persons = (out.mated_passages + design.passes_per_person - 1) / design.passes_per_person;
  if (design.footfall_per_hour && out.nonmated_passages > 0) out.hours = static_cast<double>(out.nonmated_passages) / *design.footfall_per_hour;
  by.answer_budget(out);
  out.study = study_of(design);
  if (const auto read = parse_study(out.study, "study.toml"); !read) throw std::logic_error("the study of a plan: " + read.error().front().message());
  out.study_sha256 = sha256_hex(out.study);
  return out;
}

} // namespace lfreval

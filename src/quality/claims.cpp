#include <lfreval/quality/claim_quality.hpp>

#include <cmath>
#include <optional>

#include <lfreval/types/printable.hpp>

#include "quality/checks.hpp"
#include "quality/printed_digits.hpp"

namespace lfreval {

namespace {

std::string n(std::uint64_t value) { return std::to_string(value); }

/// The shares that a printed number could stand for, rounded or cut off.
struct share_range {
  double lowest, highest;
};

std::optional<share_range> range_of_percent(const published_claim& c) {
  const auto printed = c.percent ? digits_of(*c.percent) : std::nullopt;
  if (!printed) return std::nullopt;
  const double unit = printed->places() * (c.as_fraction ? 1.0 : 100.0), digits = static_cast<double>(printed->digits);
  return share_range{(digits - 0.5) / unit, (digits + 1.0) / unit};
}

/// The m of `1 in m`, with the zeros at its end taken as rounding.
std::optional<share_range> range_of_one_in(const published_claim& c) {
  const auto printed = c.one_in ? digits_of(*c.one_in) : std::nullopt;
  if (!printed || printed->digits == 0) return std::nullopt;
  double place = 1;
  if (printed->decimals == 0)
    for (std::uint64_t rest = printed->digits; rest % 10 == 0; rest /= 10) place *= 10;
  const double digits = static_cast<double>(printed->digits), unit = printed->places();
  return share_range{unit / (digits + place), unit / (digits - place / 2)};
}

std::string percent_printed(const published_claim& c) { return c.as_fraction ? *c.percent + " printed as a fraction" : *c.percent + " % printed"; }

/// Words for a slip of a percent sign, when that would explain the disagreement of two shares.
std::string slip_words(double one, double other) {
  if (!(one > 0 && other > 0)) return "";
  const double factor = one > other ? one / other : other / one;
  return factor > 90 && factor < 110 ? "; they differ by a factor of about 100: a percent sign lost or added" : "";
}

std::string as_percent(double share) { return significant(100.0 * share, 4, rounding::nearest) + " %"; }

/// The contradiction inside one claim, in words; empty when there is none.
std::string contradiction_in(const published_claim& c) {
  if (!c.rate) return "";
  if (c.events && c.exposure) {
    const double share = static_cast<double>(*c.events) / static_cast<double>(*c.exposure);
    const std::string counts = n(*c.events) + " / " + n(*c.exposure) + " = ";
    if (const auto printed = c.percent ? digits_of(*c.percent) : std::nullopt)
      if (!recompute(*c.events, *c.exposure, c.as_fraction ? 1 : 100, printed->decimals).agrees_with(*printed)) {
        const double quoted = static_cast<double>(printed->digits) / printed->places() / (c.as_fraction ? 1.0 : 100.0);
        return counts + as_percent(share) + ", but " + percent_printed(c) + slip_words(quoted, share);
      }
    if (const auto range = range_of_one_in(c)) {
      const double per_unit = share * static_cast<double>(printed_per(*c.rate));
      if (per_unit < range->lowest || per_unit > range->highest)
        return counts + (*c.events == 0 ? std::string("0") : "1 in " + significant(1.0 / per_unit, 4, rounding::nearest)) + ", but 1 in " + *c.one_in + " printed" +
               slip_words(per_unit, range->highest);
    }
  }
  const auto percent = range_of_percent(c), one_in_range = range_of_one_in(c);
  if (percent && one_in_range && (percent->highest < one_in_range->lowest || one_in_range->highest < percent->lowest)) {
    const auto m = digits_of(*c.one_in);
    const double share = m->places() / static_cast<double>(m->digits);
    return "1 in " + *c.one_in + " = " + as_percent(share) + ", but " + percent_printed(c) + slip_words(share, (percent->lowest + percent->highest) / 2);
  }
  return "";
}

/// One number of a unit that a source gives; `nothing` after two that differ.
struct told {
  std::uint64_t value = 0;
  bool twice = false;
};

void tell(std::map<unit, told>& numbers, unit of, std::uint64_t value) {
  const auto [place, added] = numbers.emplace(of, told{value, false});
  if (!added && place->second.value != value) place->second.twice = true;
}

} // namespace

claim_quality examine(const published_claims& published) {
  claim_quality out;
  out.own_arithmetic = started("claims_agree_with_themselves", "percentage, counts and `1 in` figure of a claim are one number", "M06");
  out.parts_and_total = started("claimed_parts_add_up", "true, false and unresolved alerts of a source make its alerts", "M34");
  // Numbers of one source about one part of the records; those about different parts make no sum.
  using subject = std::pair<std::string, std::map<std::string, std::string>>;
  std::map<subject, std::map<unit, told>> by_source;
  for (const published_claim& c : published.claims) {
    const int forms = (c.events && c.exposure ? 1 : 0) + (c.percent ? 1 : 0) + (c.one_in ? 1 : 0);
    if (c.rate && forms > 1) {
      ++out.own_arithmetic.examined;
      if (const std::string words = contradiction_in(c); !words.empty()) {
        std::vector<std::string> cells;
        if (c.events) cells.insert(cells.end(), {"events", "exposure"});
        if (c.percent) cells.emplace_back("percent");
        if (c.one_in) cells.emplace_back("one_in");
        out.own_arithmetic.rows.push_back({"claim " + printable(c.claim), words, cells});
        out.contradicted.emplace(c.claim, words);
      }
    }
    if (c.source.empty() || !c.events) continue;
    std::map<unit, told>& numbers = by_source[{c.source, c.about}];
    if (c.count) tell(numbers, *c.count, *c.events);
    else { tell(numbers, units_of(*c.rate).events, *c.events); tell(numbers, units_of(*c.rate).exposure, *c.exposure); }
  }
  for (const auto& [from, numbers] : by_source) {
    const std::string& source = from.first;
    const auto value = [&numbers = numbers](unit of) -> std::optional<std::uint64_t> {
      const auto found = numbers.find(of);
      return found == numbers.end() || found->second.twice ? std::nullopt : std::optional(found->second.value);
    };
    const auto all = value(unit::alerts), right = value(unit::true_alerts), wrong = value(unit::false_alerts), open = value(unit::unresolved_alerts);
    if (!all || !right || !wrong) continue;
    ++out.parts_and_total.examined;
    const std::uint64_t sum = *right + *wrong + open.value_or(0);
    if (sum == *all) continue;
    const std::string words = n(*right) + " true alerts + " + n(*wrong) + " false alerts" + (open ? " + " + n(*open) + " unresolved alerts" : "") + " = " + n(sum) + ", but " + n(*all) + " alerts published";
    out.parts_and_total.rows.push_back({"source " + printable(source, 200), words, {"alerts", "true_alerts", "false_alerts"}});
    for (const published_claim& c : published.claims) {
      if (subject{c.source, c.about} != from || !c.events) continue;
      const auto among = [](unit u) { return u == unit::alerts || u == unit::true_alerts || u == unit::false_alerts || u == unit::unresolved_alerts; };
      if (c.count ? among(*c.count) : among(units_of(*c.rate).events) || among(units_of(*c.rate).exposure)) out.contradicted.emplace(c.claim, words);
    }
  }
  out.own_arithmetic.sentence = "Published claims that contradict themselves: " + of_examined(out.own_arithmetic);
  out.parts_and_total.sentence = "Published totals that their parts do not make: " + of_examined(out.parts_and_total);
  return out;
}

} // namespace lfreval

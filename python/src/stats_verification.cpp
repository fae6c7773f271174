// What was missed among people who raised no alert: corrected for who was checked, or bounded by an audit.
#include "stats.hpp"

#include <lfreval/proportionality/verification.hpp>

namespace lfreval::python {

LFREVAL_FIELDS(verification_bias::corrected_accuracy, sensitivity, specificity, naive_sensitivity, naive_specificity,
               prevalence, standard_error, sensitivity_limits)

template <class Visit> void visit_fields(Visit& visit, const audit::missed_people& of) {
  visit("expected", of.expected);
  visit("at_most", of.at_most);
  visit("confidence", of.level);
}

namespace {

estimable<verification_bias::corrected_accuracy> corrected(std::uint64_t alerted_listed, std::uint64_t alerted_others,
                                                           std::uint64_t alerted_unchecked, std::uint64_t silent_listed,
                                                           std::uint64_t silent_others, std::uint64_t silent_unchecked,
                                                           confidence level) {
  return verification_bias::begg_greenes({alerted_listed, alerted_others, alerted_unchecked},
                                         {silent_listed, silent_others, silent_unchecked}, level);
}

std::vector<audit::audited_stratum> strata_of(const py::object& found, const py::object& audited,
                                              const py::object& population) {
  const auto x = counts_of(found, "found"), n = counts_of(audited, "audited"),
             all = counts_of(population, "population");
  require_same_length("found, audited", x.size(), n.size());
  require_same_length("found, population", x.size(), all.size());
  std::vector<audit::audited_stratum> out;
  for (std::size_t i = 0; i < x.size(); ++i)
    out.push_back({x[i], n[i], all[i]});
  return out;
}

} // namespace

void bind_verification(stats_registry& all) {
  all.numbers("verification_bias", "begg_greenes",
              "alerted_listed, alerted_others, alerted_unchecked, silent_listed, silent_others, silent_unchecked",
              &corrected);
  all.numbers("audit", "hypergeometric_upper", "found, audited, population", &audit::hypergeometric_upper);
  all.arrays("audit", "misses_at_most", "found, audited, population, *, confidence=0.95",
             [](const py::object& found, const py::object& audited, const py::object& population, double level) {
               return answer(audit::misses_at_most(strata_of(found, audited, population), level_of(level)));
             });
}

} // namespace lfreval::python

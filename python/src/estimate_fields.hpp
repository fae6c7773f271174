// The fields of estimates that several families of lfreval.stats give.
#pragma once

#include <lfreval/intervals/cluster.hpp>
#include <lfreval/intervals/curve_limits.hpp>
#include <lfreval/intervals/ladder.hpp>
#include <lfreval/types/estimate.hpp>

#include "fields.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(companion, made, flags)

template <class Visit> void visit_fields(Visit& visit, const cluster::mean_and_variance& of) {
  visit("point", of.point);
  visit("variance", of.variance);
  visit("standard_error", of.standard_error());
}

template <class Visit> void visit_fields(Visit& visit, const clustering& of) {
  visit("by", of.by);
  visit("clusters", of.clusters);
  visit("event_clusters", of.event_clusters);
  visit("rung", static_cast<unsigned>(of.rung));
  visit("design_effect", of.design_effect);
  visit("effective_events", of.effective_events);
  visit("skew", of.skew);
  visit("kernel", of.kernel);
}

LFREVAL_FIELDS(estimate, metric, events, exposure, exposure_cv, point, headline, clusters, companions, flags)
LFREVAL_FIELDS(ladder_result, point, headline, clusters, companions, flags)
LFREVAL_FIELDS(bootstrap::percentile_limits, point, limits, lower_error, upper_error, dropped)

} // namespace lfreval::python

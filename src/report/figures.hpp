// The pictures of the page as Vega-Lite specifications, each with its table. Private to the report stage.
#pragma once

#include <string>
#include <vector>

#include "report/document.hpp"
#include "report/html.hpp"

namespace lfreval::page {

/// One picture, complete in itself: what is drawn is in `specification`, transformed to the axes here, so that the script of
/// the page computes nothing. Colours and fonts are the page's, by the style names of the marks.
struct figure {
  std::string id, chapter, title;
  std::string sentence;    ///< how to read it
  std::string alternative; ///< what it shows, with the numbers, for those who do not see it
  json_document specification;
  std::vector<html_column> columns;
  std::vector<std::vector<std::string>> rows;
};

/// The figures that the curves and findings of this evaluation support, in the order of the page. A rate of 0 is drawn as
/// its upper bound, never as a point; 0 and 1 on an axis of normal quantiles are arrows at its end.
[[nodiscard]] std::vector<figure> figures(const json_document& result);

/// The figure with its words and its table; without pictures these stand alone.
void add_figure(html&, const figure&, bool with_picture);

/// Both rates over the threshold, misses against false positives, and what an alert is worth.
void add_trial_figures(std::vector<figure>&, const json_document& result);
/// Rates of groups and their ratios, each family of one rate and one axis in a picture of its own.
void add_group_figures(std::vector<figure>&, const json_document& result);
/// Deployment by deployment, the funnel, the pace of counting, and from faces to outcomes.
void add_deployment_figures(std::vector<figure>&, const json_document& result);
/// Outcomes less harm over the exchange rate, operating points between which a judgement has to choose, and what knowing more is worth.
void add_decision_figures(std::vector<figure>&, const json_document& result);

} // namespace lfreval::page

#include "report/figures.hpp"

#include "report/page_words.hpp"

namespace lfreval::page {

std::vector<figure> figures(const json_document& result) {
  std::vector<figure> out;
  add_trial_figures(out, result);
  add_group_figures(out, result);
  add_deployment_figures(out, result);
  add_decision_figures(out, result);
  return out;
}

void add_figure(html& out, const figure& f, bool with_picture) {
  out.open("figure", {{"class", "figure"}, {"aria-labelledby", "figure-" + f.id}});
  out.open("figcaption").element("h3", f.title, {{"id", "figure-" + f.id}}).element("p", f.sentence).close("figcaption");
  if (with_picture) {
    out.open("div", {{"class", "picture"}, {"role", "img"}, {"aria-label", f.title + ". " + f.alternative}}).element("p", "The picture is drawn by the script of this page; its figures are in the table.").close("div");
    out.open("script", {{"type", "application/json"}, {"class", "specification"}}).program_text(script_safe(compact(f.specification))).close("script");
  }
  out.element("p", f.alternative, {{"class", "technical"}});
  out.open("details").element("summary", "The figures of this picture: " + plural(f.rows.size(), "row", "rows"));
  out.table(f.title, f.columns, f.rows).close("details").close("figure");
}

} // namespace lfreval::page

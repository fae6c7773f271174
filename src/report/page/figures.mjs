// Draws the specifications in the page: compiled by vega-lite, evaluated by the interpreter (the page's policy allows no
// text to become code), drawn as SVG in the colours of the page, which follow its theme and the printer by themselves.
import { compile } from "vega-lite";
import { View, parse } from "vega";
import { expressionInterpreter } from "vega-interpreter";

const colour = name => `var(--${name})`;
const font = getComputedStyle(document.documentElement).getPropertyValue("--plain").trim();

const config = {
  background: null,
  font,
  aria: false,
  axis: { labelColor: colour("soft"), titleColor: colour("ink"), titleFontWeight: 600, titleFontSize: 12, labelFontSize: 11.5, tickColor: colour("rule"), domainColor: colour("bound"), gridColor: colour("rule"), gridOpacity: 0.6, titlePadding: 8 },
  axisY: { titleAngle: 0, titleAlign: "left", titleAnchor: "end", titleBaseline: "bottom", titleX: 0, titleY: -8, minExtent: 84, maxExtent: 84, domain: false, ticks: false },
  axisX: { grid: false },
  header: { titleColor: colour("ink"), titleFontSize: 12, titleFontWeight: 600, titleAnchor: "start", titlePadding: 6, labelColor: colour("ink"), labelFontSize: 12, labelFontWeight: 600 },
  view: { stroke: null },
  concat: { spacing: 36 },
  facet: { spacing: 36 },
  style: {
    curve: { color: colour("estimate"), strokeWidth: 1.8 },
    estimate: { color: colour("estimate"), filled: true, size: 26, opacity: 1 },
    limits: { color: colour("limits"), strokeWidth: 1.4 },
    band: { color: colour("band"), opacity: 0.55 },
    bound: { filled: true, color: colour("bound"), size: 24, opacity: 0.6 },
    cross: { color: colour("other"), strokeWidth: 1.4 },
    told: { filled: true, color: colour("other"), size: 34, opacity: 1 },
    outside: { filled: true, color: colour("other"), size: 40, opacity: 1 },
    funnel: { color: colour("limits"), strokeWidth: 1.4 },
    range: { color: colour("band") },
    declared: { color: colour("limit"), strokeWidth: 1.4, strokeDash: [6, 3] },
    change: { color: colour("bound"), strokeWidth: 1.2, strokeDash: [1.5, 3] },
    predicted: { color: colour("other"), strokeWidth: 5 },
    reference: { color: colour("other"), strokeWidth: 1.2, strokeDash: [4, 3] },
    label: { color: colour("ink"), fill: colour("ink"), fontSize: 11.5, font },
  },
};

/// Gives every view the width that its place leaves beside the labels.
function fitted(specification, width) {
  const beside = 84 + 24;
  const out = structuredClone(specification);
  if (out.facet) {
    out.columns = width < 560 ? 1 : out.columns;
    out.spec.width = Math.floor((width - beside - (out.columns - 1) * 36) / out.columns);
  } else if (out.vconcat) for (const view of out.vconcat) view.width = width - beside;
  else out.width = width - beside;
  return out;
}

async function draw(picture, specification) {
  const width = Math.max(260, Math.min(picture.clientWidth, 800));
  const compiled = compile(fitted(specification, width), { config }).spec;
  const view = new View(parse(compiled, null, { ast: true }), { expr: expressionInterpreter, renderer: "svg" });
  const place = document.createElement("div");
  await view.initialize(place).runAsync();
  // The picture is one image with words of its own; what vega says of single marks would only interrupt them.
  place.setAttribute("aria-hidden", "true");
  for (const one of place.querySelectorAll("[role], [aria-roledescription], [aria-label]")) for (const name of ["role", "aria-roledescription", "aria-label"]) one.removeAttribute(name);
  picture.replaceChildren(place);
  picture.dataset.drawn = width;
}

const pictures = [...document.querySelectorAll("figure.figure")].map(figure => [figure.querySelector(".picture"), JSON.parse(figure.querySelector("script.specification").textContent)]);

async function drawAll() {
  for (const [picture, specification] of pictures)
    if (Math.abs((picture.dataset.drawn ?? 0) - Math.min(picture.clientWidth, 800)) > 40) await draw(picture, specification);
  document.documentElement.dataset.figures = "drawn";
}

let waiting;
addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(drawAll, 200); });
drawAll();

"use strict";
// Looks up what lfreval computed at a threshold and multiplies it by what the reader supposes. Ends of a product are made of
// the ends of its factors; nothing else is worked out here.
for (const box of document.querySelectorAll(".explorer")) {
  const data = JSON.parse(box.querySelector("script").textContent);
  const [threshold, passages, oneIn] = box.querySelectorAll("input[type=number]");
  const slide = box.querySelector("input[type=range]");
  const list = box.querySelector("dl"), outside = box.querySelector(".outside");
  const listed = box.querySelector("select"), gaps = box.querySelector(".gaps");
  const grid = data.threshold;

  // Three digits, rounded up (1), down (-1) or to the nearest (0).
  const digits = (value, toward) => {
    if (value === Infinity) return "any number";
    if (value === 0) return "0";
    const power = Math.floor(Math.log10(value)) - 2, unit = 10 ** power, many = value / unit;
    const near = Math.round(many);
    const whole = Math.abs(many - near) < 1e-9 * many || toward === 0 ? near : toward > 0 ? Math.ceil(many) : Math.floor(many);
    return Number((whole * unit).toPrecision(12)).toLocaleString("en-GB", { minimumFractionDigits: Math.max(0, -power), maximumFractionDigits: Math.max(0, -power) });
  };
  const percent = (share, toward) => digits(100 * share, toward) + " %";
  const share = (value, toward, asPercent) => value < 1e-12 ? "none" : asPercent || value > 0.1 ? percent(value, toward) : "1 in " + whole(1 / value, -toward);
  const whole = (value, toward) => value < 1000 ? String(toward > 0 ? Math.ceil(value - 1e-9) : toward < 0 ? Math.floor(value + 1e-9) : Math.round(value)) : digits(value, toward);

  const put = (place, of, words, level, why) => {
    Object.assign(place.dataset, { estimate: of.estimate, lower: of.lower, upper: of.upper });
    const range = `${words(of.lower, -1)} to ${of.upper === null ? "no upper limit" : words(of.upper, 1)}${level}`;
    place.textContent = of.estimate === null ? `${range}${why}` : `${words(of.estimate, 0)} (${range})`;
  };
  const say = (name, of, words, level, why = "; the log keeps too few candidates for one value") => put(list.querySelector(`[data-answer=${name}]`), of, words, `, ${level}`, why);
  const refuse = (place, words) => {
    for (const end of ["estimate", "lower", "upper"]) delete place.dataset[end];
    place.textContent = words;
  };
  const at = (held, i) => ({ estimate: held.estimate[i], lower: held.lower[i], upper: held.upper[i] });
  const points = (value, toward) => (value < 0 ? "\u2212" : value > 0 ? "+" : "") + digits(Math.abs(100 * value), value < 0 ? -toward : toward);

  // The gaps were counted on the list that was searched, and on no other.
  const showGaps = (i, searched) => {
    for (const place of gaps.querySelectorAll("[data-gap]")) {
      const [axis, group, rate] = place.dataset.gap.split(" ");
      const gap = at(data.gaps[axis].groups[group][rate], i);
      if (!searched || gap.lower === null) refuse(place, searched ? "not comparable" : "not counted on this list");
      else put(place, gap, rate === "tpir" ? points : digits, "", "; no value");
    }
  };
  const each = (of, made) => ({ estimate: of.estimate === null ? null : made(of.estimate), lower: made(of.lower), upper: made(of.upper) });

  const show = () => {
    const wanted = threshold.valueAsNumber, day = passages.valueAsNumber, among = oneIn.valueAsNumber;
    const measured = wanted >= grid[0] - 1e-9 && wanted <= grid[grid.length - 1] + 1e-9;
    list.hidden = gaps.hidden = !measured || !(day >= 0) || !(among >= 1);
    outside.textContent = !measured ? `Not measured: the trial was counted from ${grid[0]} to ${grid[grid.length - 1]}, and nothing is shown beyond.` : list.hidden ? "Give a number of passages, and one listed person among at least one." : "";
    if (list.hidden) return;
    let i = 0;
    for (let j = 1; j < grid.length; ++j) if (Math.abs(grid[j] - wanted) < Math.abs(grid[i] - wanted)) i = j;
    slide.value = i;
    slide.setAttribute("aria-valuetext", String(grid[i]));
    if (Math.abs(grid[i] - wanted) > 1e-9) outside.textContent = `Shown at ${grid[i]}, the nearest threshold that was computed.`;
    const chosen = listed && listed.value > 0 ? data.lists[listed.value - 1] : null;
    const found = at(data.tpir, i), wrong = at(chosen ?? data.fpir, i);
    const rates = of => (value, toward) => share(value, toward, of.upper > 0.1);
    showGaps(i, chosen === null);
    if (chosen && wrong.lower === null) {
      list.hidden = true;
      outside.textContent = "Not measured on a list of this size at this threshold.";
      return;
    }
    say("fpir", wrong, rates(wrong), data.level);
    say("false_alerts", each(wrong, rate => rate * day), digits, data.level);
    if (chosen) outside.textContent += chosen.projected
      ? ` False alerts on ${chosen.persons} people are a projection, as if all passers were alike: nobody searched so long a list, and who would be found on it was not measured.`
      : ` Listed people found are as counted on the whole list: on a part of it fewer others can be shown before them, so that no fewer are found.`;
    if (chosen?.projected) {
      for (const name of ["tpir", "scans", "right"]) refuse(list.querySelector(`[data-answer=${name}]`), "Not measured on so long a list");
      return;
    }
    say("tpir", found, rates(found), data.level);
    // The more are found, the fewer are scanned for each: the ends change places.
    const scans = each(found, rate => among / rate);
    say("scans", { estimate: scans.estimate, lower: scans.upper, upper: scans.lower }, whole, data.level);
    const right = (tpir, fpir) => tpir + fpir === 0 ? 0 : tpir / among / (tpir / among + (1 - 1 / among) * fpir);
    const none = wrong.estimate === null || wrong.estimate === 0;
    say("right", { estimate: none ? null : right(found.estimate, wrong.estimate), lower: right(found.lower, wrong.upper), upper: none && wrong.lower === 0 ? 1 : right(found.upper, wrong.lower) }, percent, `${data.joint_level} at least`,
      wrong.estimate === 0 ? "; none alerted, so there is no value" : undefined);
  };
  slide.addEventListener("input", () => { threshold.value = grid[slide.value]; show(); });
  for (const input of [threshold, passages, oneIn, listed]) input?.addEventListener("input", show);
  slide.value = data.start;
  box.hidden = false;
  show();
}

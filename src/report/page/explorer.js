"use strict";
// Looks up what lfreval computed at a threshold and multiplies it by what the reader supposes. Ends of a product are made of
// the ends of its factors; nothing else is worked out here.
for (const box of document.querySelectorAll(".explorer")) {
  const data = JSON.parse(box.querySelector("script").textContent);
  const [threshold, passages, oneIn] = box.querySelectorAll("input[type=number]");
  const slide = box.querySelector("input[type=range]");
  const list = box.querySelector("dl"), outside = box.querySelector(".outside");
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

  const say = (name, of, words, level) => {
    const place = list.querySelector(`[data-answer=${name}]`);
    Object.assign(place.dataset, { estimate: of.estimate, lower: of.lower, upper: of.upper });
    const range = `${words(of.lower, -1)} to ${words(of.upper, 1)}, ${level}`;
    place.textContent = of.estimate === null ? `${range}; none alerted, so there is no value` : `${words(of.estimate, 0)} (${range})`;
  };
  const at = (rate, i) => ({ estimate: data[rate].estimate[i], lower: data[rate].lower[i], upper: data[rate].upper[i] });
  const each = (of, made) => ({ estimate: of.estimate === null ? null : made(of.estimate), lower: made(of.lower), upper: made(of.upper) });

  const show = () => {
    const wanted = threshold.valueAsNumber, day = passages.valueAsNumber, among = oneIn.valueAsNumber;
    const measured = wanted >= grid[0] - 1e-9 && wanted <= grid[grid.length - 1] + 1e-9;
    list.hidden = !measured || !(day >= 0) || !(among >= 1);
    outside.textContent = !measured ? `Not measured: the trial was counted from ${grid[0]} to ${grid[grid.length - 1]}, and nothing is shown beyond.` : list.hidden ? "Give a number of passages, and one listed person among at least one." : "";
    if (list.hidden) return;
    let i = 0;
    for (let j = 1; j < grid.length; ++j) if (Math.abs(grid[j] - wanted) < Math.abs(grid[i] - wanted)) i = j;
    slide.value = i;
    slide.setAttribute("aria-valuetext", String(grid[i]));
    if (Math.abs(grid[i] - wanted) > 1e-9) outside.textContent = `Shown at ${grid[i]}, the nearest threshold that was computed.`;
    const found = at("tpir", i), wrong = at("fpir", i);
    const rates = of => (value, toward) => share(value, toward, of.upper > 0.1);
    say("tpir", found, rates(found), data.level);
    say("fpir", wrong, rates(wrong), data.level);
    say("false_alerts", each(wrong, rate => rate * day), digits, data.level);
    // The more are found, the fewer are scanned for each: the ends change places.
    const scans = each(found, rate => among / rate);
    say("scans", { estimate: scans.estimate, lower: scans.upper, upper: scans.lower }, whole, data.level);
    const right = (tpir, fpir) => tpir + fpir === 0 ? 0 : tpir / among / (tpir / among + (1 - 1 / among) * fpir);
    const none = data.fpir.events[i] === 0;
    say("right", { estimate: none ? null : right(found.estimate, wrong.estimate), lower: right(found.lower, wrong.upper), upper: none ? 1 : right(found.upper, wrong.lower) }, percent, `${data.joint_level} at least`);
  };
  slide.addEventListener("input", () => { threshold.value = grid[slide.value]; show(); });
  for (const input of [threshold, passages, oneIn]) input.addEventListener("input", show);
  slide.value = data.start;
  box.hidden = false;
  show();
}

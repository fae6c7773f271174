// The report page in headless Chromium: what a reader sees, hears, prints and moves. Needs the program (LFREVAL_PROGRAM), the
// packages of src/report/page and Chromium (CHROMIUM, by default the one on the path); skipped, with the reason, without.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.LFREVAL_PROGRAM ?? join(root, "build/release/lfreval");
const packages = createRequire(join(root, "src/report/page/package.json"));
const on_path = name => (process.env.PATH ?? "").split(":").map(folder => join(folder, name)).find(existsSync);
const chromium = process.env.CHROMIUM ?? on_path("chromium") ?? on_path("chromium-browser") ?? on_path("google-chrome");

const missing = !existsSync(program) ? "the program is not built" : !chromium ? "Chromium is not installed"
  : !existsSync(join(root, "src/report/page/node_modules/playwright-core")) ? "the packages of src/report/page are not installed" : false;
const options = { skip: missing, timeout: 300_000 };

const folder = mkdtempSync(join(tmpdir(), "lfreval-page-"));
const studies = { mps: join(root, "datasets/mps_lfr/study.toml"), trial: join(root, "datasets/synthetic_trial/study.toml"),
  dossier: join(root, "datasets/synthetic_trial/dossier.toml") };
const page_of = name => join(folder, name, "report.html");
const evaluation_of = name => JSON.parse(readFileSync(join(folder, name, "evaluation.json"), "utf8"));
const lfreval = (...words) => execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/// The plan of a trial has a page too.
const design = `schema = 1
[design]
name = "Trial in March"
[planning]
watchlist_persons = 10000
false_positive_identification_rate = 0.0005
true_positive_identification_rate = 0.9
passes_per_person = 10
within_person_correlation = 0.1
footfall_per_hour = 500
[planning.mix.ethnicity]
black = 0.135
white = 0.865
[[claim]]
metric = "true_positive_identification_rate"
at_least = { events = 8, exposure = 10 }
[[claim]]
metric = "false_positive_identification_rate"
at_most = { events = 1, exposure = 1000 }
[[claim]]
metric = "false_positive_identification_rate"
group = "ethnicity"
reference = "white"
ratio = 2
[budget]
persons = 400
nonmated_passages = 7000
expected_false_alerts = 7
`;
const pages = [...Object.keys(studies), "plan"];

let browser;

before(async () => {
  if (missing) return;
  for (const [name, study] of Object.entries(studies)) lfreval("evaluate", study, "-o", join(folder, name), "--quiet");
  mkdirSync(join(folder, "plan"));
  writeFileSync(join(folder, "plan", "design.toml"), design);
  lfreval("plan", join(folder, "plan", "design.toml"), "--page", page_of("plan"));
  // Nothing that the tests show comes from elsewhere: the sandbox needs rights that a container may lack.
  browser = await packages("playwright-core").chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/// Opens a page and gathers what it should not do: say anything, ask for anything, raise anything.
async function opened(file, settings = {}) {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  const faults = [];
  page.on("console", said => faults.push(`console: ${said.text()}`));
  page.on("pageerror", raised => faults.push(`error: ${raised.message}`));
  page.on("dialog", async dialog => { faults.push(`dialog: ${dialog.message()}`); await dialog.dismiss(); });
  page.on("request", asked => { if (asked.url() !== pathToFileURL(file).href) faults.push(`request: ${asked.url()}`); });
  await page.goto(pathToFileURL(file).href);
  if (settings.javaScriptEnabled !== false) await page.waitForFunction(() => document.documentElement.dataset.figures === "drawn");
  return { context, page, faults };
}

for (const name of pages) {
  test(`the ${name} page asks for nothing, says nothing and draws every figure`, options, async () => {
    const { context, page, faults } = await opened(page_of(name));
    const [figures, drawn] = await page.evaluate(() => [document.querySelectorAll("figure.figure").length, document.querySelectorAll("figure.figure svg").length]);
    assert.ok(figures >= 3, `${figures} figures`);
    assert.equal(drawn, figures);
    assert.deepEqual(faults, []);
    assert.doesNotMatch(readFileSync(page_of(name), "utf8").match(/<meta http-equiv="Content-Security-Policy"[^>]*>/)[0], /unsafe-|\*|http:|https:/);
    await context.close();
  });

  for (const colorScheme of ["light", "dark"])
    for (const width of [390, 1440])
      test(`axe finds nothing at AA on the ${name} page, ${colorScheme}, ${width} px`, options, async () => {
        const { context, page } = await opened(page_of(name), { colorScheme, viewport: { width, height: 900 } });
        await page.evaluate(packages("axe-core").source);
        const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
        assert.deepEqual(violations.map(v => `${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 200)} ${v.nodes[0].failureSummary}`), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing but tables scrolls sideways");
        await context.close();
      });

  test(`the ${name} page without script has a table behind every figure and their numbers in words`, options, async () => {
    const { context, page, faults } = await opened(page_of(name), { javaScriptEnabled: false });
    const figures = await page.locator("figure.figure").count();
    assert.ok(figures >= 3);
    assert.equal(await page.locator("figure.figure table").count(), figures);
    for (const words of await page.locator("figure.figure [role=img]").evaluateAll(all => all.map(one => one.getAttribute("aria-label")))) assert.match(words, /\d/);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test(`printing the ${name} page on A4 keeps every figure`, options, async () => {
    const { context, page } = await opened(page_of(name), { viewport: { width: 1000, height: 900 } });
    await page.emulateMedia({ media: "print" });
    const boxes = await page.locator("figure.figure svg").evaluateAll(all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height]));
    for (const [width, height] of boxes) assert.ok(width > 200 && height > 50, `${width} x ${height}`);
    const file = join(folder, `${name}.pdf`);
    await page.pdf({ path: file, format: "A4", preferCSSPageSize: true });
    const titles = await page.locator("figure.figure h3").allTextContents();
    const text = spawnSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8", maxBuffer: 1e8 });
    assert.ok(statSync(file).size > 50_000);
    if (!text.error) for (const title of titles) assert.ok(text.stdout.replace(/\s+/g, " ").includes(title), title);
    await context.close();
  });
}

for (const name of Object.keys(studies))
  test(`one evaluation gives one ${name} page`, options, () => {
    const again = join(folder, `${name}-again.html`);
    lfreval("page", join(folder, name, "evaluation.json"), "-o", again);
    assert.ok(readFileSync(again).equals(readFileSync(page_of(name))));
  });

test("every page is under 3 MB, and the MPS page opens with its figures in under 2 s", options, async t => {
  for (const name of Object.keys(studies)) assert.ok(statSync(page_of(name)).size < 3e6, name);
  if (loadavg()[0] > cpus().length) return t.skip("the machine is busy with something else");
  const took = [];
  for (let i = 0; i < 5; ++i) {
    const began = performance.now();
    const { context } = await opened(page_of("mps"));
    took.push(performance.now() - began);
    await context.close();
  }
  took.sort((a, b) => a - b);
  assert.ok(took[2] < 2000, `${took.map(Math.round)} ms`);
});

test("the explorer says what lfreval computed at each reported threshold, and stops outside", options, async () => {
  const { context, page, faults } = await opened(page_of("trial"));
  const found = evaluation_of("trial").result.findings;
  const answer = async name => {
    const held = await page.locator(`[data-answer=${name}]`).evaluate(one => ({ ...one.dataset }));
    return [held.estimate, held.lower, held.upper].map(Number);
  };
  const input = page.locator(".explorer input[type=number]");
  for (const at of ["0.58", "0.6", "0.62", "0.64", "0.66"]) {
    await input.nth(0).fill(at);
    for (const [name, metric] of [["tpir", "true_positive_identification_rate"], ["fpir", "false_positive_identification_rate"]]) {
      const told = found.find(f => f.key === `${metric}@source=volunteers;system=a;threshold=${at}`);
      assert.deepEqual(await answer(name), [told.estimate, told.interval.lower, told.interval.upper], `${metric} at ${at}`);
    }
  }
  // A product has its ends at the ends of its factors.
  await input.nth(0).fill("0.64");
  await input.nth(1).fill("20000");
  await input.nth(2).fill("5000");
  const [rate, least, most] = await answer("fpir"), [tpir, tpir_least, tpir_most] = await answer("tpir");
  assert.deepEqual(await answer("false_alerts"), [rate * 20000, least * 20000, most * 20000]);
  assert.deepEqual(await answer("scans"), [5000 / tpir, 5000 / tpir_most, 5000 / tpir_least]);
  const worth = (t, f) => t / 5000 / (t / 5000 + (1 - 1 / 5000) * f);
  const close = (a, b) => a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-12 * Math.abs(b[i]), `${a} and ${b}`));
  close(await answer("right"), [worth(tpir, rate), worth(tpir_least, most), worth(tpir_most, least)]);
  // By keyboard alone.
  await page.locator(".explorer input[type=range]").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await input.nth(0).inputValue(), "0.641");
  for (const beyond of ["0.5", "0.9"]) {
    await input.nth(0).fill(beyond);
    assert.ok(await page.locator(".explorer dl").isHidden());
    assert.match(await page.locator(".explorer .outside").textContent(), /Not measured/);
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test("the explorer says the gaps between groups and the rates on parts of the list as lfreval computed them", options, async () => {
  const { context, page, faults } = await opened(page_of("trial"));
  const { findings, curves } = evaluation_of("trial").result;
  const columns = Object.fromEntries(curves.map(c => [c.name, c.columns]));
  const told = async place => {
    const held = await page.locator(place).evaluate(one => ({ ...one.dataset, words: one.textContent }));
    return [[held.estimate, held.lower, held.upper].map(end => (end === undefined || end === "null" ? null : Number(end))), held.words];
  };
  const threshold = page.locator(".explorer input[type=number]").nth(0), list = page.locator(".explorer select");
  await threshold.fill("0.64");
  for (const [place, group] of ["asian", "black", "other"].entries())
    for (const [rate, metric] of [["tpir", "true_positive_identification_rate"], ["fpir", "false_positive_identification_rate"]]) {
      const found = findings.find(f => f.key === `${metric}@against=white;ethnicity=${group};source=volunteers;system=a;threshold=0.64`);
      assert.deepEqual((await told(`[data-gap="0 ${place} ${rate}"]`))[0], [found.estimate, found.interval.lower, found.interval.upper], `${group} ${rate}`);
    }
  // Every list that was computed, at a threshold without and with a single value.
  const sizes = columns.list_sizes_volunteers_a, names = [...new Set(sizes.watchlist_persons)].sort((a, b) => b - a);
  assert.equal(await list.locator("option").count(), 1 + names.length);
  for (const at of [0.64, 0.67])
    for (const [place, persons] of names.entries()) {
      await threshold.fill(String(at));
      await list.selectOption(String(place + 1));
      const row = sizes.threshold.findIndex((t, i) => t === at && sizes.watchlist_persons[i] === persons);
      const [ends, words] = await told("[data-answer=fpir]");
      assert.deepEqual(ends, [sizes.false_positive_identification_rate[row], sizes.lower[row], sizes.upper[row]], `${persons} at ${at}`);
      assert.equal(/too few candidates/.test(words), ends[0] === null);
      assert.match((await told('[data-gap="0 0 fpir"]'))[1], /not counted on this list/);
      assert.match(await page.locator(".explorer .outside").textContent(), /as counted on the whole list/);
    }
  await list.selectOption("0");
  assert.doesNotMatch((await told('[data-gap="0 0 fpir"]'))[1], /not counted/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a list longer than the one searched is a projection, and nothing is said of who would be found on it", options, async () => {
  const here = join(folder, "longer");
  mkdirSync(here);
  const study = readFileSync(studies.trial, "utf8").replaceAll(/"(\w+\.csv\.gz)"/g, (_, name) => JSON.stringify(join(root, "datasets/synthetic_trial", name)));
  writeFileSync(join(here, "study.toml"), `${study}\n[watchlist]\noperational_persons = 20000\n`);
  lfreval("evaluate", join(here, "study.toml"), "-o", here, "--quiet");
  const { context, page, faults } = await opened(join(here, "report.html"));
  await page.locator(".explorer input[type=number]").nth(0).fill("0.64");
  assert.match(await page.locator(".explorer option").nth(1).textContent(), /20,000 people: projected/);
  await page.locator(".explorer select").selectOption("1");
  const projected = evaluation_of("longer").result.findings.find(f => f.key === "false_positive_identification_rate@list_in_use=20000;source=volunteers;system=a;threshold=0.64");
  const held = await page.locator("[data-answer=fpir]").evaluate(one => ({ ...one.dataset }));
  for (const [end, value] of [["estimate", projected.estimate], ["lower", projected.interval.lower], ["upper", projected.interval.upper]]) assert.ok(Math.abs(held[end] - value) < 1e-12, `${end}: ${held[end]} and ${value}`);
  for (const name of ["tpir", "scans", "right"]) assert.match(await page.locator(`[data-answer=${name}]`).textContent(), /Not measured/);
  assert.match(await page.locator(".explorer .outside").textContent(), /projection/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("limits and points of the explorer are rounded as printed limits are: outward", options, async () => {
  const { context, page } = await opened(page_of("trial"));
  await page.locator(".explorer input[type=number]").nth(0).fill("0.64");
  const words = await page.locator("[data-answer=fpir]").textContent();
  // 55 in 5,728, limits 0.00538… and 0.0233…: 1 in 104, never wider in words than 186 and 42.
  const told = evaluation_of("trial").result.findings.find(f => f.key === "false_positive_identification_rate@source=volunteers;system=a;threshold=0.64");
  const [, point, far, near] = words.match(/^1 in ([\d,]+) \(1 in ([\d,]+) to 1 in ([\d,]+), 95 %\)$/);
  assert.equal(Number(point), Math.round(1 / told.estimate));
  assert.equal(Number(far), Math.ceil(1 / told.interval.lower));
  assert.equal(Number(near), Math.floor(1 / told.interval.upper));
  await context.close();
});

test("a rate of zero is drawn as its upper bound only", options, async () => {
  const { context, page } = await opened(page_of("mps"));
  const specifications = await page.locator("script.specification").evaluateAll(all => all.map(one => JSON.parse(one.textContent)));
  let without = 0;
  for (const specification of specifications)
    for (const row of specification.data?.values ?? []) {
      if ("rate" in row) assert.ok(row.rate > 0);
      else if ("n" in row && "upper" in row) { assert.ok(row.upper > 0); ++without; }
    }
  assert.ok(without > 200, `${without}`);
  await context.close();
});

test("a place named like a script is text", options, async () => {
  const here = join(folder, "hostile");
  mkdirSync(here);
  const place = "<script>alert(1)</script>";
  writeFileSync(join(here, "records.csv"), `force,deployment,date,site,threshold,faces,alerts,true_alerts,false_alerts\n` +
    `F,d1,2024-01-02,${place},0.6,1000,4,3,1\nF,"d2</script><img src=x onerror=alert(2)>",2024-01-03,"""><b>x",0.6,1500,6,6,0\n`);
  writeFileSync(join(here, "study.toml"), `schema = 1\n[study]\nname = "</title><script>alert(3)</script>"\n[[source]]\nname = "s"\nkind = "operational"\ntable = "deployments"\nfiles = ["records.csv"]\nlabel_source = "<i>published</i>"\n`);
  lfreval("evaluate", join(here, "study.toml"), "-o", here, "--quiet");
  const { context, page, faults } = await opened(join(here, "report.html"));
  assert.deepEqual(faults, []);
  assert.ok((await page.evaluate(() => document.body.textContent)).includes(place));
  assert.deepEqual(await page.evaluate(() => [document.querySelectorAll("b, i, img").length, document.querySelectorAll("main script:not([type='application/json'])").length]), [0, 0]);
  await context.close();
});

test("a public copy withholds small cells, says how many, and keeps the whole", options, async () => {
  const file = join(folder, "public.html");
  lfreval("page", join(folder, "mps", "evaluation.json"), "--public", "-o", file);
  const { context, page, faults } = await opened(file);
  const text = await page.evaluate(() => document.body.textContent);
  assert.match(text, /[\d,]+ cells are withheld/);
  const dividing = ["site", "deployment", "year", "use_case"];
  for (const f of evaluation_of("mps").result.findings)
    if (dividing.some(axis => axis in f.axes) && f.events?.unit !== "faces" && f.events?.unit !== "deployments" && f.events?.unit !== "seconds" && f.events?.n > 0 && f.events.n < 5 && f.kind === "rate")
      assert.ok(!text.includes(`${f.sentence}`), f.key);
  assert.ok(text.includes("46 false alerts in 3,089,960 faces"));
  assert.ok(!text.includes(evaluation_of("mps").provenance.command));
  assert.deepEqual(faults, []);
  await context.close();
});

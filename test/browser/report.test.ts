/** The bench's report as a browser shows it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../../bench/report/index.ts";
import {
  benchResult,
  emptyResult,
  quickResult,
  silentResult,
  stoppedResult,
} from "../fixtures/bench-result.ts";
import {
  backgroundIsDark,
  chromiumMissing,
  drawn,
  inspectCharts,
  overflow,
  ReportBrowser,
  schemes,
  whySkipped,
  widths,
} from "../helpers/report-browser.ts";

const results = { benchResult, quickResult, stoppedResult, silentResult, emptyResult };

describe.skipIf(chromiumMissing)(`the bench's report in chromium${whySkipped}`, () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    const pages = Object.entries(results).map(([name, result]) => [name, renderReport(result)]);
    browser = await ReportBrowser.start(Object.fromEntries(pages));
  });

  afterAll(() => browser?.[Symbol.asyncDispose]());

  for (const scheme of schemes) {
    for (const width of widths) {
      test.each(Object.keys(results))(`%s, ${scheme}, ${width} px wide`, async (name) => {
        const { page, faults } = await browser.open(name, scheme, width);
        expect(await overflow(page)).toEqual([]);
        const charts = await inspectCharts(page);
        expect(charts.filter(({ marks, drawn }) => marks === 0 && drawn === 0)).toEqual([]);
        if (name === "benchResult") expect(charts).toHaveLength(13);
        if (name === "emptyResult") expect(charts).toHaveLength(0);
        expect(await backgroundIsDark(page)).toBe(scheme === "dark");
        expect(faults).toEqual([]);
        await page.close();
      });
    }
  }

  test("the tables open, and scroll in a box of their own", async () => {
    const { page, faults } = await browser.open("benchResult", "light", 390);
    const tables = page.locator("details > summary");
    for (const summary of await tables.all()) {
      await summary.focus();
      await page.keyboard.press("Enter");
    }
    expect(await page.locator("details[open]").count()).toBe(await tables.count());
    expect(await overflow(page)).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("another percentile is chosen by keyboard, and draws another chart", async () => {
    const { page, faults } = await browser.open("benchResult", "light", 1280);
    const canvas = page.locator("#latency-plot canvas");
    const before = await canvas.screenshot();
    await page.locator("#latency-plot input:checked").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator("#latency-plot label:has(input:checked)").textContent()).toBe("p95");
    expect((await canvas.screenshot()).equals(before)).toBe(false);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("the colour scheme can change while it is open", async () => {
    const { page, faults } = await browser.open("benchResult", "light", 1280);
    const canvas = page.locator("#latency-plot canvas");
    const before = await canvas.screenshot();
    await page.emulateMedia({ colorScheme: "dark" });
    await drawn(page);
    expect((await canvas.screenshot()).equals(before)).toBe(false);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("the raw data is saved as it was", async () => {
    const { page } = await browser.open("benchResult", "light", 1280);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#download").click(),
    ]);
    expect(download.suggestedFilename()).toBe("manycore-bench.json");
    const stream = await download.createReadStream();
    const text = Buffer.concat(await stream.toArray()).toString("utf8");
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(benchResult)));
    await page.close();
  });
});

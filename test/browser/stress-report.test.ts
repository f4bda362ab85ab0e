/** The report of a stress run as a browser shows it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderStressReport } from "../../bench/stress/report.ts";
import { emptyStress, lostStress, stoppedStress, stressResult } from "../fixtures/stress-result.ts";
import {
  backgroundIsDark,
  chromiumMissing,
  inspectCharts,
  overflow,
  ReportBrowser,
  schemes,
  whySkipped,
  widths,
} from "../helpers/report-browser.ts";

const results = { stressResult, stoppedStress, lostStress, emptyStress };
const charts: Readonly<Record<string, readonly string[]>> = {
  stressResult: ["latency-load", "goodput", "recovery-time"],
  stoppedStress: ["latency-load", "goodput"],
  lostStress: ["latency-load", "goodput", "recovery-time"],
  emptyStress: [],
};

describe.skipIf(chromiumMissing)(`the report of a stress run in chromium${whySkipped}`, () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    const pages = Object.entries(results).map(([name, result]) => [
      name,
      renderStressReport(result),
    ]);
    browser = await ReportBrowser.start(Object.fromEntries(pages));
  });

  afterAll(() => browser?.[Symbol.asyncDispose]());

  for (const scheme of schemes) {
    for (const width of widths) {
      test.each(Object.keys(results))(`%s, ${scheme}, ${width} px wide`, async (name) => {
        const { page, faults } = await browser.open(name, scheme, width);
        expect(await overflow(page)).toEqual([]);
        const found = await inspectCharts(page);
        expect(found.map(({ id }) => id)).toEqual(charts[name]);
        expect(found.filter(({ marks, drawn }) => marks === 0 && drawn === 0)).toEqual([]);
        expect(await backgroundIsDark(page)).toBe(scheme === "dark");
        expect(faults).toEqual([]);
        await page.close();
      });
    }
  }

  test("every table opens within the width of a phone, and has what was measured", async () => {
    const { page, faults } = await browser.open("stressResult", "light", 390);
    for (const summary of await page.locator("details > summary").all()) await summary.click();
    expect(await overflow(page)).toEqual([]);
    const all = await page.locator("#all").textContent();
    expect(all).toContain("the generator was late by 60 ms");
    expect(all).toContain("5×");
    expect(faults).toEqual([]);
    await page.close();
  });
});

/** The report of a stress run as a browser shows it. */
import { describe, expect, test } from "vitest";
import { renderStressReport } from "../../bench/stress/report/report.ts";
import { pagesOf, reportContract } from "../contracts/report.ts";
import { emptyStress, lostStress, stoppedStress, stressResult } from "../fixtures/stress-result.ts";
import { chromiumMissing, overflow, whySkipped } from "../helpers/report-browser.ts";

const results = { stressResult, stoppedStress, lostStress, emptyStress };
const charts = {
  stressResult: ["latency-load", "goodput", "recovery-time"],
  stoppedStress: ["latency-load", "goodput"],
  lostStress: ["latency-load", "goodput", "recovery-time"],
  emptyStress: [],
};

describe.skipIf(chromiumMissing)(`the report of a stress run in chromium${whySkipped}`, () => {
  const open = reportContract({ pages: pagesOf(results, renderStressReport), charts });

  test("every table opens within the width of a phone, and has what was measured", async () => {
    const { page, faults } = await open("stressResult", "light", 390);
    for (const summary of await page.locator("details > summary").all()) await summary.click();
    expect(await overflow(page)).toEqual([]);
    const all = await page.locator("#all").textContent();
    expect(all).toContain("the generator was late by 60 ms");
    expect(all).toContain("5×");
    expect(faults).toEqual([]);
    await page.close();
  });
});

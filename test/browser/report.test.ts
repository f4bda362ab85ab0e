/** The bench's report as a browser shows it. */
import { describe, expect, test } from "vitest";
import { renderReport } from "../../bench/compare/report/report.ts";
import { pagesOf, reportContract } from "../contracts/report.ts";
import {
  benchResult,
  emptyResult,
  quickResult,
  silentResult,
  stoppedResult,
} from "../fixtures/bench-result.ts";
import { chromiumMissing, overflow, whySkipped } from "../helpers/report-browser.ts";

const results = { benchResult, quickResult, stoppedResult, silentResult, emptyResult };
const gain = ["peak", "speed-up"];
const latency = ["latency-load", "percentile-curve"];
const crossover = ["lengths", "payloads"];
const rest = ["scaling-curve", "worker-shares", "cpu", "start-up", "memory"];
const charts = {
  benchResult: [...gain, ...latency, "light-load", ...crossover, "heat-map", ...rest],
  quickResult: [...gain, ...latency, "light-load", ...crossover, ...rest],
  stoppedResult: [...gain, ...latency, "light-load", ...rest],
  silentResult: [...gain, "light-load", ...crossover, "heat-map", ...rest],
  emptyResult: [],
};
/** The page hears of a change, and draws, when the browser gets to it. */
const patience = { timeout: 10_000, interval: 50 };

describe.skipIf(chromiumMissing)(`the bench's report in chromium${whySkipped}`, () => {
  const open = reportContract({ pages: pagesOf(results, renderReport), charts });

  test("the tables open, and scroll in a box of their own", async () => {
    const { page, faults } = await open("benchResult", "light", 390);
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
    const { page, faults } = await open("benchResult", "light", 1280);
    const canvas = page.locator("#latency-plot canvas");
    const before = await canvas.screenshot();
    await page.locator("#latency-plot input:checked").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator("#latency-plot label:has(input:checked)").textContent()).toBe("p95");
    await expect.poll(async () => (await canvas.screenshot()).equals(before), patience).toBe(false);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("the colour scheme can change while it is open", async () => {
    const { page, faults } = await open("benchResult", "light", 1280);
    const canvas = page.locator("#latency-plot canvas");
    const before = await canvas.screenshot();
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(async () => (await canvas.screenshot()).equals(before), patience).toBe(false);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("the raw data is saved as it was", async () => {
    const { page } = await open("benchResult", "light", 1280);
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

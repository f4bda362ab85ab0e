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
import { chromiumMissing, drawn, overflow, whySkipped } from "../helpers/report-browser.ts";

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

  test("another percentile is chosen by keyboard, and shows another chart", async () => {
    const { page, faults } = await open("benchResult", "light", 1280);
    const shown = () => page.locator("#latency-plot svg[role=img]:visible title").textContent();
    expect(await shown()).toBe("Latency against load, p99");
    await page.locator("#latency-plot input:checked").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator("#latency-plot label:has(input:checked)").textContent()).toBe("p95");
    expect(await shown()).toBe("Latency against load, p95");
    expect(faults).toEqual([]);
    await page.close();
  });

  test("the pointer is told the value of the mark that is nearest", async () => {
    const { page, faults } = await open("benchResult", "light", 1280);
    const tip = page.locator(".tip");
    expect(await tip.isVisible()).toBe(false);
    const knee = page.locator("#latency-plot [data-text*=knee]:visible").first();
    await knee.scrollIntoViewIfNeeded();
    await drawn(page); // A scroll event would hide the tip.
    const box = (await knee.boundingBox()) ?? { x: 0, y: 0 };
    await page.mouse.move(box.x - 12, box.y + 6);
    expect(await tip.textContent()).toMatch(/^\w+ at [\d.]+\/s: [\d.]+\s(ms|s), knee$/);
    expect(await tip.isVisible()).toBe(true);
    await page.mouse.move(2, 2);
    expect(await tip.isVisible()).toBe(false);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("a series is hidden and shown by its name in the legend", async () => {
    const { page, faults } = await open("benchResult", "light", 1280);
    const marks = page.locator("#latency-plot [data-series='0'] .mark:visible");
    const name = page.locator("#latency-plot .legend li:visible").first();
    const count = await marks.count();
    expect(count).toBeGreaterThan(1);
    await name.focus();
    await page.keyboard.press("Enter");
    expect(await marks.count()).toBe(0);
    expect(await name.getAttribute("aria-pressed")).toBe("false");
    await name.click();
    expect(await marks.count()).toBe(count);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("without JavaScript every chart and every view of it is there", async () => {
    const { page } = await open("benchResult", "light", 1280, { javaScriptEnabled: false });
    const shown = () => page.locator("#latency-plot svg[role=img]:visible").count();
    expect(await shown()).toBe(1);
    await page.locator("#latency-plot label", { hasText: "p50" }).click();
    expect(await shown()).toBe(1);
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

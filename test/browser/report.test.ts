/** The report as a browser shows it. Skipped where Debian's chromium is missing, but not in CI. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../../bench/report/index.ts";
import {
  benchResult,
  emptyResult,
  quickResult,
  silentResult,
  stoppedResult,
} from "../fixtures/bench-result.ts";

const executablePath = "/usr/bin/chromium";
const missing = !existsSync(executablePath) && !process.env["CI"];
const args =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(
    " ",
  );

const results = { benchResult, quickResult, stoppedResult, silentResult, emptyResult };

describe.skipIf(missing)(
  `the report in chromium${missing ? ` (skipped: there is no ${executablePath}; apt-get install chromium)` : ""}`,
  () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "manycore-report-"));
      for (const [name, result] of Object.entries(results)) {
        await writeFile(join(folder, `${name}.html`), renderReport(result));
      }
      browser = await chromium.launch({ executablePath, args });
    });

    afterAll(async () => {
      await browser?.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    /** Opens a report and gives what went wrong in it, which stays empty if nothing does. */
    async function open(name: string, colorScheme: "light" | "dark", width: number) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      const faults: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) faults.push(message.text());
      });
      page.on("pageerror", (error) => faults.push(error.message));
      const own = pathToFileURL(join(folder, `${name}.html`)).href;
      page.on("request", (request) => {
        const url = request.url();
        if (url !== own && !/^(data|blob):/.test(url)) faults.push(`request: ${url}`);
      });
      await page.goto(own);
      // Drawn, and not only asked for: uPlot draws in a microtask, the browser in a frame.
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
      return { page, faults };
    }

    for (const scheme of ["light", "dark"] as const) {
      for (const width of [1280, 390]) {
        test.each(Object.keys(results))(`%s, ${scheme}, ${width} px wide`, async (name) => {
          const { page, faults } = await open(name, scheme, width);
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
      expect(await page.locator("#latency-plot label:has(input:checked)").textContent()).toBe(
        "p95",
      );
      expect((await canvas.screenshot()).equals(before)).toBe(false);
      expect(faults).toEqual([]);
      await page.close();
    });

    test("the colour scheme can change while it is open", async () => {
      const { page, faults } = await open("benchResult", "light", 1280);
      const canvas = page.locator("#latency-plot canvas");
      const before = await canvas.screenshot();
      await page.emulateMedia({ colorScheme: "dark" });
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
      expect((await canvas.screenshot()).equals(before)).toBe(false);
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
  },
);

/** What is wider than the page: nothing should be. */
function overflow(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120));
  })()`);
}

interface Chart {
  readonly id: string;
  /** Marks with an extent that are shown. */
  readonly marks: number;
  /** Pixels of a canvas that are not empty. */
  readonly drawn: number;
}

function inspectCharts(page: Page): Promise<Chart[]> {
  return page.evaluate<Chart[]>(`[...document.querySelectorAll("figure")].map((figure) => ({
    id: figure.id,
    marks: [...figure.querySelectorAll(".chart .mark")].filter((mark) => {
      const { width, height } = mark.getBoundingClientRect();
      return width > 0 || height > 0;
    }).length,
    drawn: [...figure.querySelectorAll("canvas")].reduce((sum, canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return sum + data.filter((value, index) => index % 4 === 3 && value > 0).length;
    }, 0),
  }))`);
}

function backgroundIsDark(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(
    "Number(getComputedStyle(document.body).backgroundColor.match(/[0-9]+/)[0]) < 128",
  );
}

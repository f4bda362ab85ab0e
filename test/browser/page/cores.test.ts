/** The view of cores in a real browser, at a real server. */
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chromiumMissing, overflow, whySkipped } from "../../helpers/report-browser.ts";
import { ServerProcess } from "../../helpers/server-process.ts";
import { accessFaults, type OpenedPage, PageBrowser } from "./control-page.ts";

const flags = ["--control", "127.0.0.1:0", "--workers", "2"];

/** Which colours the lanes have on the screen, as #rrggbb. */
async function coloursOf(page: Page): Promise<ReadonlySet<string>> {
  const picture = sharp(await page.locator(".stage canvas").screenshot())
    .removeAlpha()
    .raw();
  const bytes = await picture.toBuffer();
  const seen = new Set<string>();
  for (let at = 0; at < bytes.length; at += 3) {
    seen.add(`#${bytes.toString("hex", at, at + 3)}`);
  }
  return seen;
}

const hasColour = async (page: Page, colour: string) => (await coloursOf(page)).has(colour);

const colourOf = (page: Page, name: string) =>
  page.evaluate<string>(`getComputedStyle(document.documentElement).getPropertyValue("--${name}")`);

describe.skipIf(chromiumMissing)(`the view of cores${whySkipped}`, () => {
  let server: ServerProcess;
  let browser: PageBrowser;
  let sight: () => Promise<string | null>;
  let opened: OpenedPage;

  beforeAll(async () => {
    server = await ServerProcess.start(flags);
    browser = await PageBrowser.start();
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    opened = await browser.open(server.controlUrl);
    sight = () => opened.page.locator(".sight").textContent();
    await opened.page.locator("#connection", { hasText: "Live" }).waitFor();
    return () => opened[Symbol.asyncDispose]();
  });

  const runs = (count: number, iterations: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        fetch(new URL(`/hash?iterations=${iterations}`, server.url)).then((answer) =>
          answer.json(),
        ),
      ),
    );

  test("an idle server has a row for each slot, and the page says how to start a run", async () => {
    const { page, faults } = opened;
    await expect.poll(sight).toBe("In sight: 0 runs in 2 rows.");
    expect(await page.locator(".empty pre").textContent()).toBe(`curl '${server.url}/hash'`);
    expect(await page.locator(".facts").textContent()).toContain(`pid ${server.child.pid}`);
    await expect.poll(() => page.locator(".workers tbody tr").count()).toBe(2);
    expect(await page.locator("nav a[aria-current]").textContent()).toBe("Cores");
    expect(faults).toEqual([]);
  });

  test("runs fill the lanes: in words, in the legend and on the canvas", async () => {
    const { page, faults } = opened;
    const colour = await colourOf(page, "series-1");
    await expect.poll(sight).toContain("in 2 rows");
    expect(await hasColour(page, colour)).toBe(false);
    const ran = runs(6, 200_000);
    await expect.poll(sight).toMatch(/^In sight: \d+ runs? in 2 rows\.$/);
    await expect.poll(() => hasColour(page, colour)).toBe(true);
    expect(await page.locator(".legend").textContent()).toContain("hash");
    expect(await page.locator(".empty").isVisible()).toBe(false);
    await ran;
    await expect.poll(sight).toBe("In sight: 6 runs in 2 rows.");
    expect(faults).toEqual([]);
  });

  test("the keys walk over the runs, and each is said", async () => {
    const { page, faults } = opened;
    await runs(4, 20_000);
    await expect.poll(sight).toMatch(/[1-9]\d* runs? in 2 rows/);
    const said = () => page.locator(".lanes [role=status]").textContent();
    await page.keyboard.press("Space");
    await page.locator(".still", { hasText: "Paused" }).waitFor();
    await page.locator(".stage canvas").focus();
    const heard = new Set<string | null>();
    for (const key of ["ArrowLeft", "ArrowLeft", "Home", "ArrowDown", "ArrowUp", "End"]) {
      await page.keyboard.press(key);
      heard.add(await said());
    }
    expect(heard.size).toBeGreaterThan(1);
    for (const each of heard)
      expect(each).toMatch(/task: hash, .*worker: \d \(pid \d+\), .*outcome: succeeded/);
    await expect.poll(() => page.locator(".detail dl").textContent()).toContain("succeeded");
    await page.keyboard.press("Escape");
    await page.locator(".detail", { hasText: "Point at a run" }).waitFor();
    await page.keyboard.press("Space");
    await page.locator(".still").waitFor({ state: "hidden" });
    expect(faults).toEqual([]);
  });

  test("a pointer shows the run below it", async () => {
    const { page } = opened;
    await page.locator(".choice label", { hasText: "60 s" }).click();
    const ran = runs(2, 1_000_000);
    await expect.poll(sight).toMatch(/[1-9]\d* runs? in 2 rows/);
    await ran;
    await page.getByRole("button", { name: "Pause" }).click();
    const box = await page.locator(".stage canvas").boundingBox();
    if (!box) throw new Error("There is no canvas");
    const detail = () => page.locator(".detail").textContent();
    // In both rows, from the right edge to the left, until there is a run.
    const places = [30, 75].flatMap((y) =>
      Array.from({ length: Math.floor((box.width - 160) / 6) }, (_, index) => ({
        x: box.x + box.width - 2 - 6 * index,
        y: box.y + y,
      })),
    );
    for (const { x, y } of places) {
      await page.mouse.move(x, y);
      if ((await detail())?.includes("hash")) break;
    }
    expect(await detail()).toMatch(/hash.*a client that waits.*worker\d \(pid \d+\)/);
  });

  test("a killed worker and a reload are marks", async () => {
    const { page, faults } = opened;
    const happened = () => page.locator(".happened").textContent();
    await expect.poll(sight).toContain("in 2 rows");
    const [pid] = await server.workers();
    process.kill(Number(pid), "SIGKILL");
    await expect.poll(happened).toContain(`pid ${pid} crashed`);
    const bad = await colourOf(page, "bad");
    await expect.poll(() => hasColour(page, bad)).toBe(true);
    await expect.poll(() => server.get("/readyz")).toMatchObject({ workers: { ready: 2 } });
    const reloaded = await fetch(new URL("/reload", server.controlUrl), { method: "POST" });
    expect(reloaded.status).toBe(200);
    await expect.poll(happened).toContain("server: reloaded");
    expect(faults).toEqual([]);
  });

  test("tiles and charts follow the figures; the charts are a table, too", async () => {
    const { page, faults } = opened;
    const tile = page.locator(".tile", { hasText: "Memory" }).locator(".value");
    await expect.poll(() => tile.textContent()).toMatch(/^\d+(\.\d+)? MB$/);
    expect(await page.locator(".plot canvas").count()).toBe(8);
    await expect
      .poll(() => page.locator(".plot").first().getAttribute("aria-label"))
      .toMatch(/ended \d/);
    await page.getByText("The charts as a table").click();
    await expect.poll(() => page.locator(".history tbody tr").count()).toBeGreaterThan(0);
    expect(faults).toEqual([]);
  });

  test("a page that nobody sees for a minute rests, and wakes when it is seen", async () => {
    const { page, faults } = opened;
    await expect.poll(sight).toContain("In sight");
    await page.clock.install();
    const become = (state: "hidden" | "visible") =>
      page.evaluate(`Object.defineProperty(document, "visibilityState", { configurable: true, value: "${state}" });
        document.dispatchEvent(new Event("visibilitychange"))`);
    await become("hidden");
    await page.clock.fastForward(61_000);
    await page.locator("#connection", { hasText: "Asleep while hidden" }).waitFor();
    await become("visible");
    await page.locator("#connection", { hasText: "Live" }).waitFor();
    expect(faults).toEqual([]);
  });

  test.each(["light", "dark"] as const)(
    "axe-core finds nothing in %s; no sideways scrolling at 390",
    async (scheme) => {
      await runs(3, 20_000);
      for (const width of [1280, 390]) {
        await using looked = await browser.open(server.controlUrl, { scheme, width });
        const { page, faults } = looked;
        await page.locator(".workers tbody tr").first().waitFor();
        await expect.poll(() => page.locator(".tile .value").first().textContent()).toContain("/s");
        expect(await accessFaults(page)).toEqual([]);
        expect(await overflow(page)).toEqual([]);
        expect(faults).toEqual([]);
      }
    },
  );
});

describe.skipIf(chromiumMissing)(`the page and a server that restarts${whySkipped}`, () => {
  test("the page says that it has no connection, keeps what it had, and goes on by itself", async () => {
    await using browser = await PageBrowser.start();
    const first = await ServerProcess.start(flags);
    const { controlUrl, url } = first;
    await using opened = await browser.open(controlUrl);
    const { page } = opened;
    const sight = () => page.locator(".sight").textContent();
    await expect.poll(sight).toMatch(/: 0 runs in 2 rows/); // It watches: runs are told from now on.
    await fetch(new URL("/hash?iterations=20000", url));
    await expect.poll(sight).toMatch(/: 1 run in 2 rows/);
    await first[Symbol.asyncDispose]();
    await page.locator("#connection", { hasText: "Connection lost" }).waitFor();
    expect(await sight()).toMatch(/: 1 run in 2 rows/);
    await page.locator(".still", { hasText: "No connection" }).waitFor();

    const places = ["--control", new URL(controlUrl).host, "--port", new URL(url).port];
    await using second = await ServerProcess.start(["--workers", "2", ...places]);
    expect(second.controlUrl).toBe(controlUrl);
    await page.locator("#connection", { hasText: "Live" }).waitFor();
    const facts = () => page.locator(".facts").textContent();
    await expect.poll(facts).toContain(`pid ${second.child.pid}`);
    await page.locator(".still").waitFor({ state: "hidden" });
  });
});

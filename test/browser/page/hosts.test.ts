/** The view of cores of one host, and of another that shares its queue, in a real browser. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { SeenHosts } from "../../../src/telemetry/watch/hosts.ts";
import { RedisServer, redisMissing } from "../../helpers/redis-server.ts";
import { chromiumMissing, overflow } from "../../helpers/report-browser.ts";
import { ServerProcess } from "../../helpers/server-process.ts";
import { accessFaults, PageBrowser } from "./control-page.ts";

const isMissing = chromiumMissing || redisMissing;
const why = isMissing ? " (skipped: it needs chromium and redis-server)" : "";

describe.skipIf(isMissing)(`the hosts in the view of cores${why}`, () => {
  let redis: RedisServer;
  let browser: PageBrowser;
  let first: ServerProcess;
  let second: ServerProcess;

  beforeAll(async () => {
    redis = await RedisServer.start();
    browser = await PageBrowser.start();
    const flags = ["--queue", redis.url, "--control", "127.0.0.1:0", "--workers", "1"];
    first = await ServerProcess.start(flags);
    second = await ServerProcess.start([...flags, "--workers", "2"]);
    const areBoth = async () =>
      ((await (await fetch(`${first.controlUrl}/hosts`)).json()) as SeenHosts).hosts.length === 2;
    await vi.waitUntil(areBoth, { timeout: 60_000, interval: 200 });
  });
  afterAll(async () => {
    for (const each of [second, first, browser, redis]) await each?.[Symbol.asyncDispose]();
  });

  test("both are in the row, and a click shows the lanes and charts of the other", async () => {
    await using opened = await browser.open(first.controlUrl);
    const { page, faults } = opened;
    const hosts = page.locator(".hosts a");
    await expect.poll(() => hosts.count()).toBe(2);
    await expect.poll(() => hosts.last().textContent()).toMatch(/pid \d+.*2 of 2runs.*\/s/);
    expect(await hosts.first().getAttribute("aria-current")).toBe("true");
    await hosts.last().click();
    const pid = second.child.pid;
    await page.locator(".hosts .note", { hasText: `pid ${pid}` }).waitFor();
    await expect.poll(() => page.locator(".facts").textContent()).toContain(`pid ${pid}`);
    expect(await page.locator(".load").count()).toBe(0);
    const sight = () => page.locator(".sight").textContent();
    await expect.poll(sight).toBe("In sight: 0 runs in 2 rows.");
    await fetch(new URL("/hash?iterations=50000", second.url));
    await expect.poll(sight).toMatch(/: 1 run in 2 rows/);
    await expect.poll(() => page.locator(".workers tbody tr").count()).toBe(2);
    await hosts.first().click();
    await expect.poll(sight).toMatch(/in 1 row/);
    expect(await page.locator(".load").count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test.each(["light", "dark"] as const)(
    "axe-core finds nothing in %s; no sideways scrolling at 390",
    async (scheme) => {
      for (const width of [1280, 390]) {
        await using opened = await browser.open(first.controlUrl, { scheme, width });
        const { page, faults } = opened;
        await page.locator(".hosts a").last().click();
        await page.locator(".workers tbody tr").last().waitFor();
        expect(await accessFaults(page)).toEqual([]);
        expect(await overflow(page)).toEqual([]);
        expect(faults).toEqual([]);
      }
    },
  );

  test("one that is killed is marked, and what was seen of it stays", async () => {
    await using opened = await browser.open(first.controlUrl);
    const { page } = opened;
    const other = page.locator(".hosts a").last();
    await other.click();
    const sight = () => page.locator(".sight").textContent();
    await expect.poll(sight).toMatch(/in 2 rows/);
    second.child.kill("SIGKILL");
    await page.locator(".hosts a[data-standing=gone]").waitFor();
    expect(await other.textContent()).toContain("gone since");
    await page.locator(".hosts .note", { hasText: "is gone" }).waitFor();
    await page.locator(".still", { hasText: "No connection since" }).waitFor();
    expect(await sight()).toMatch(/in 2 rows/);
    expect(await page.locator("#connection").textContent()).toBe("Live"); // To this host.
  });

  test("while Redis is away, the page says that the others are not known", async () => {
    await using opened = await browser.open(first.controlUrl);
    const { page } = opened;
    await page.locator(".hosts a").first().waitFor();
    await redis.stop();
    await page.locator(".hosts .note", { hasText: "Redis does not answer" }).waitFor();
    await redis.restart();
    await page.locator(".hosts .note", { hasText: "No other host" }).waitFor();
  });
});

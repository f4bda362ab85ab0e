/** Contrast, reports, and the load on the server itself, in a real browser, with the real programs. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumMissing, overflow, whySkipped } from "../../helpers/report-browser.ts";
import { ServerProcess } from "../../helpers/server-process.ts";
import { accessFaults, PageBrowser } from "./control-page.ts";

/** A contrast starts servers and warms them up, on cores that it shares. */
const patienceMs = 180_000;

describe.skipIf(chromiumMissing)(`what the page measures${whySkipped}`, () => {
  let server: ServerProcess;
  let browser: PageBrowser;
  beforeAll(async () => {
    server = await ServerProcess.start(["--control", "127.0.0.1:0", "--queue", "none"]);
    browser = await PageBrowser.start();
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test("two modes are shown side by side, turn by turn, up to what the bench says", {
    timeout: 2 * patienceMs,
  }, async () => {
    await using opened = await browser.open(server.controlUrl, { hash: "contrast" });
    const { page, faults } = opened;
    page.setDefaultTimeout(patienceMs);
    await page.getByLabel("Input, as JSON").fill('{"input":"a","iterations":2000}');
    await page.getByRole("button", { name: "Run the same load in two modes" }).click();
    const sides = page.locator(".side");
    await expect.poll(() => sides.count(), { timeout: patienceMs }).toBe(2);
    expect(await sides.locator("h2").allTextContents()).toEqual(["cluster", "threads"]);
    for (const mode of [0, 1]) {
      const rate = sides.nth(mode).locator(".pair dd").first();
      await expect.poll(() => rate.textContent(), { timeout: patienceMs }).toMatch(/^[\d.,]+$/);
    }
    // A page that comes late has it all, too.
    await using late = await browser.open(server.controlUrl, { hash: "contrast", width: 390 });
    await expect.poll(() => late.page.locator(".side").count()).toBe(2);
    await page.getByRole("button", { name: "End it early" }).click();
    expect(await page.locator(".verdict").textContent()).toMatch(/^Runs of hash \(/);
    expect(await page.locator(".sentences").textContent()).toContain("This run ended early");
    expect(await page.locator(".result tbody tr").count()).toBe(2);
    expect(await accessFaults(page)).toEqual([]);
    await late.page.locator(".verdict").waitFor();
    expect(await overflow(late.page)).toEqual([]);
    expect([...faults, ...late.faults]).toEqual([]);
  });

  test("an input that is no JSON, and two equal modes: each is said", async () => {
    await using opened = await browser.open(server.controlUrl, { hash: "contrast" });
    const { page, faults } = opened;
    const start = page.getByRole("button", { name: "Run the same load in two modes" });
    const problem = page.locator(".problem");
    await page.getByLabel("Input, as JSON").fill("{");
    await start.click();
    expect(await problem.textContent()).toMatch(/^The input is not JSON: /);
    await page.getByLabel("and mode").selectOption("cluster");
    await start.click();
    expect(await problem.textContent()).toBe("Choose two different modes.");
    expect(faults).toEqual([]);
  });

  test("a load on this server fills its lanes, and ends on demand", async () => {
    await using opened = await browser.open(server.controlUrl);
    const { page, faults } = opened;
    await page.locator("#connection", { hasText: "Live" }).waitFor();
    await page.getByRole("button", { name: "Load this server" }).click();
    const said = page.locator(".said");
    await expect.poll(() => said.textContent()).toMatch(/ sent and .* answered each second/);
    const sight = page.locator(".sight");
    await expect.poll(() => sight.textContent()).toMatch(/^In sight: [1-9]/);
    await page.getByRole("button", { name: "End it" }).click();
    await expect.poll(() => said.textContent()).toMatch(/^Ended early: [\d,]+ sent, /);
    expect(await accessFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("a load that the server does not know any more is over", async () => {
    await using opened = await browser.open(server.controlUrl);
    const { page } = opened;
    await page.route("**/load/events", (route) => route.fulfill({ status: 404 }));
    await page.getByRole("button", { name: "Load this server" }).click();
    const said = page.locator(".said");
    await expect.poll(() => said.textContent()).toContain("does not have it any more");
    await page.getByRole("button", { name: "Load this server" }).waitFor();
    await fetch(new URL("/load", server.controlUrl), { method: "DELETE" });
  });

  test("without a report the page says what writes one", async () => {
    await using opened = await browser.open(server.controlUrl, { hash: "reports", scheme: "dark" });
    const { page, faults } = opened;
    await page.locator(".view.reports pre, .report").first().waitFor();
    expect(await accessFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});

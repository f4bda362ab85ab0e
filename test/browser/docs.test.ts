/** The page of /docs in Chromium: it draws the contract, tries an operation out, and asks nobody else. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import {
  args,
  backgroundIsDark,
  chromiumMissing,
  executablePath,
  overflow,
  whySkipped,
} from "../helpers/report-browser.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/**
 * What Swagger UI itself lacks, and a style cannot mend: buttons that have links inside, names of its
 * fields, and examples that a keyboard can scroll.
 */
const faultsOfSwaggerUi = "nested-interactive label select-name scrollable-region-focusable".split(
  " ",
);

const token = "a-token-of-the-docs-test";

describe.skipIf(chromiumMissing)(`/docs in chromium${whySkipped}`, () => {
  const folder = new Folder();
  let server: ServerProcess;
  let browser: Browser;
  beforeAll(async () => {
    const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`];
    server = await ServerProcess.start([...queue, "--mode", "threads", "--token", token]);
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** Opens the page, and gives what goes wrong in it: an array that stays empty if nothing does. */
  async function open(width: number, colorScheme: "light" | "dark") {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const faults: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${server.url}/`)) faults.push(`request: ${request.url()}`);
    });
    await page.goto(`${server.url}/docs`);
    await page.locator("#operations-Jobs-submitJobs").waitFor();
    return { page, faults };
  }

  /** Opens an operation, sends it, and gives the status of the answer. */
  async function tryOut(page: Page, id: string): Promise<string> {
    const operation = page.locator(`#operations-${id}`);
    await operation.locator(".opblock-summary-control").click();
    await operation.locator(".execute").click();
    return operation.locator(".live-responses-table tbody .response-col_status").innerText();
  }

  test("draws every operation, and runs a task on a click", async () => {
    const { page, faults } = await open(1280, "light");
    expect(await page.locator(".opblock").count()).toBeGreaterThan(40);
    expect(await tryOut(page, "Runs-run-primes")).toContain("200");
    expect(faults).toEqual([]);
    await page.close();
  });

  test("sends the token that was given to it", async () => {
    const { page, faults } = await open(1280, "light");
    await page.locator(".btn.authorize").click();
    await page.locator(".auth-container input").fill(token);
    await page.locator(".auth-btn-wrapper .authorize").click();
    await page.locator(".btn-done").click();
    expect(await tryOut(page, "Jobs-submitJobs")).toContain("202");
    expect(await tryOut(page, "Jobs-listJobs")).toContain("200");
    expect(faults).toEqual([]);
    await page.close();
  });

  test.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
  ] as const)("fits %i pixels, in %s", async (width, scheme) => {
    const { page, faults } = await open(width, scheme);
    expect(await backgroundIsDark(page)).toBe(scheme === "dark");
    await page.locator("#operations-Runs-run-primes .opblock-summary-control").click();
    await page.locator("#operations-Runs-run-primes .execute").waitFor();
    expect(await overflow(page)).toEqual([]);
    await page.evaluate(axe);
    const found = await page.evaluate<string[]>(`axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa"],
      rules: Object.fromEntries(${JSON.stringify(faultsOfSwaggerUi)}.map((id) => [id, { enabled: false }])),
    }).then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html.slice(0, 200)))`);
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });
});

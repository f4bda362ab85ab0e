/** The views of jobs in a real browser, at a real server. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Folder } from "../../helpers/embedded-queue.ts";
import { submitJob } from "../../helpers/job-client.ts";
import { chromiumMissing, overflow, whySkipped } from "../../helpers/report-browser.ts";
import { ServerProcess } from "../../helpers/server-process.ts";
import { accessFaults, PageBrowser } from "./control-page.ts";
import { jobFlags } from "./job-tasks.ts";

const limit = { timeout: 60_000 };

describe.skipIf(chromiumMissing)(`the views of jobs${whySkipped}`, { timeout: 180_000 }, () => {
  const folder = new Folder();
  let server: ServerProcess;
  let browser: PageBrowser;

  beforeAll(async () => {
    server = await ServerProcess.start(jobFlags(folder));
    browser = await PageBrowser.start();
  }, 180_000);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });
  beforeEach(async () => {
    rmSync(folder.file("go"), { force: true });
    // What a test has left behind goes.
    const ask = (method: string, path: string) =>
      fetch(new URL(path, server.controlUrl), { method });
    await ask("POST", "/jobs/resume");
    await ask("POST", "/jobs/cancel?state=queued,running");
    const left = async () => {
      const answer = await ask("GET", "/jobs?state=queued,running");
      return ((await answer.json()) as { jobs: unknown[] }).jobs.length;
    };
    await expect.poll(left, limit).toBe(0);
    await ask("DELETE", "/jobs?state=succeeded,failed,cancelled");
  });

  const open = async (hash: string, looks = {}) =>
    browser.open(server.controlUrl, { hash, ...looks });

  test("a job comes into the list, runs, is cancelled there, and is run again", async () => {
    await using opened = await open("jobs");
    const { page, faults } = opened;
    await page.getByText("There are no jobs yet.").waitFor();
    const { id } = await submitJob(server, "held", {});
    const row = page.locator(`tr[data-id="${id}"]`);
    await row.getByText("running").waitFor();
    await row.getByRole("button", { name: "Cancel" }).click();
    await row.getByText("cancelled", { exact: false }).waitFor();
    await row.getByRole("button", { name: "Retry" }).click();
    await row.getByText("running").waitFor();
    folder.write({ go: "" });
    await row.getByText("succeeded").waitFor();
    await row.getByRole("button", { name: "Delete" }).click();
    await row.waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test("one job tells its progress, its attempts, its error and its result", async () => {
    const { id } = await submitJob(server, "held", {});
    const { id: failed } = await submitJob(server, "unlucky", {});
    await using opened = await open(`jobs/${id}`);
    const { page, faults } = opened;
    await expect.poll(() => page.locator("progress").getAttribute("value"), limit).toBe("0.25");
    expect(await page.locator(".timeline .runs").textContent()).toMatch(/^attempt 1 runs/);
    folder.write({ go: "" });
    await page.getByText("● succeeded").waitFor();
    expect(await page.locator(".output .json-root").textContent()).toContain("done: true");

    rmSync(folder.file("go"));
    await page.goto(`${server.controlUrl}/#jobs/${failed}`);
    await page.locator(".error-box", { hasText: "no luck" }).waitFor();
    await page.getByText("Log of attempt 1").click();
    await page.getByText("It looked bad from the start.").waitFor();
    folder.write({ go: "" });
    await page.getByRole("button", { name: "Retry" }).click();
    await page.locator(".output", { hasText: "luck" }).waitFor();
    await expect.poll(() => page.locator(".attempts tbody tr").count(), limit).toBe(2);
    expect(faults).toEqual([]);
  });

  test("a result that cannot be read at once is read again", async () => {
    const { id } = await submitJob(server, "held", {});
    await using opened = await open("jobs");
    const { page } = opened;
    await page.route("**/result", (route) => route.fulfill({ status: 503 }), { times: 1 });
    folder.write({ go: "" });
    await page.goto(`${server.controlUrl}/#jobs/${id}`);
    await page.locator(".output .json-root", { hasText: "done: true" }).waitFor();
  });

  test("filters choose what is shown, and what is done to all of it, which says how many", async () => {
    for (let count = 0; count < 3; count++) await submitJob(server, "unlucky", {});
    const { id } = await submitJob(server, "held", {});
    await using opened = await open("jobs");
    const { page, faults } = opened;
    const failed = page.getByRole("button", { name: "failed" });
    await expect.poll(() => failed.locator("b").textContent(), limit).toBe("3");
    await failed.click();
    await page.locator(`tr[data-id="${id}"]`).waitFor({ state: "detached" });
    expect(await failed.getAttribute("aria-pressed")).toBe("true");
    expect(await page.getByRole("button", { name: "Cancel all" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Delete all" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete 3 jobs?" });
    await dialog.getByRole("button", { name: "Leave them" }).click();
    expect(await page.locator(".jobs-table tbody tr").count()).toBe(3);
    await page.getByRole("button", { name: "Delete all" }).click();
    await page.getByRole("button", { name: "Delete 3 jobs" }).click();
    await page.getByText("No job is like that.").waitFor();
    await failed.click();
    await page.locator(`tr[data-id="${id}"]`).waitFor();
    expect(faults).toEqual([]);
  });

  test("a pause is said, keeps jobs from starting, and ends", async () => {
    await using opened = await open("jobs");
    const { page } = opened;
    await page.getByRole("button", { name: "Pause all" }).click();
    await page.getByText("No job starts").waitFor();
    const { id } = await submitJob(server, "unlucky", {});
    await page.locator(`tr[data-id="${id}"]`).getByText("queued").waitFor();
    await page.getByRole("button", { name: "Resume all" }).click();
    await page.locator(`tr[data-id="${id}"]`).getByText("failed").waitFor();
  });

  test("a schedule is listed, run now, and removed", async () => {
    await fetch(new URL("/schedules/nightly", server.url), {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ cron: "0 3 * * *", job: { task: "unlucky" } }),
    });
    await using opened = await open("jobs");
    const { page, faults } = opened;
    await page.getByText("Schedules").click();
    const row = page.locator(".schedules tbody tr", { hasText: "nightly" });
    await row.getByRole("button", { name: "Run now" }).click();
    await page.locator(".jobs-table tbody tr", { hasText: "unlucky" }).waitFor();
    await row.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Remove it" }).click();
    await row.waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)("axe finds nothing, and nothing is too wide: %s, %i", async (scheme, width) => {
    const { id } = await submitJob(server, "unlucky", {}, { tags: ["nightly"] });
    await using list = await open("jobs", { scheme, width });
    await list.page.locator(`tr[data-id="${id}"]`).getByText("failed").waitFor();
    await using one = await open(`jobs/${id}`, { scheme, width });
    await one.page.locator(".error-box").waitFor();
    for (const { page } of [list, one]) {
      expect(await accessFaults(page)).toEqual([]);
      expect(await overflow(page)).toEqual([]);
    }
  });
});

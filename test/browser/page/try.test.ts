/** Forms for tasks in a real browser, at a real server. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../../helpers/embedded-queue.ts";
import { chromiumMissing, overflow, whySkipped } from "../../helpers/report-browser.ts";
import { ServerProcess } from "../../helpers/server-process.ts";
import { accessFaults, PageBrowser } from "./control-page.ts";
import { jobFlags } from "./job-tasks.ts";

const run = promisify(execFile);

/** A PNG of one pixel. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

describe.skipIf(chromiumMissing)(`the forms of tasks${whySkipped}`, { timeout: 180_000 }, () => {
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

  const open = async (task: string, looks = {}) =>
    browser.open(server.controlUrl, { hash: `try/${task}`, ...looks });

  test("a run shows its output, and what it has cost", async () => {
    await using opened = await open("hash");
    const { page, faults } = opened;
    await page.getByLabel("algorithm").selectOption("sha256");
    await page.getByLabel("input", { exact: true }).fill("abc");
    await page.getByLabel("iterations").fill("1");
    await page.getByRole("button", { name: "Run it now" }).click();
    await page.locator(".output", { hasText: "ba7816bf8f01cfea" }).waitFor();
    const facts = await page.locator(".run-facts").textContent();
    expect(facts).toMatch(/worker 1, pid \d+, thread \d.*executor threads.*waited .*took .*CPU /);
    expect(faults).toEqual([]);
  });

  test("what the server refuses is told at its field", async () => {
    await using opened = await open("hash");
    const { page } = opened;
    await page.getByLabel("iterations").fill("0");
    await page.getByRole("button", { name: "Run it now" }).click();
    const field = page.locator(".try-field", { hasText: "iterations" });
    await expect.poll(() => field.locator(".fault").textContent()).not.toBe("");
    expect(await page.getByLabel("iterations").getAttribute("aria-invalid")).toBe("true");
    await page.getByRole("button", { name: "Submit it as a job" }).click();
    await expect.poll(() => field.locator(".fault").textContent()).not.toBe("");
    await page.getByLabel("iterations").fill("10");
    await page.getByRole("button", { name: "Run it now" }).click();
    await page.locator(".output").waitFor();
    expect(await field.locator(".fault").textContent()).toBe("");
  });

  test("a job is submitted from the form, and watched to its end", async () => {
    await using opened = await open("primes");
    const { page, faults } = opened;
    await page.getByLabel("limit").fill("1000");
    await page.getByRole("button", { name: "Submit it as a job" }).click();
    await page.getByRole("link", { name: /^job / }).click();
    await page.getByText("● succeeded").waitFor();
    expect(await page.locator(".output").textContent()).toContain("168");
    expect(faults).toEqual([]);
  });

  test("a file is sent as it is, and an image comes back as one", async () => {
    await using opened = await open("echo-bytes");
    const { page, faults } = opened;
    await page.getByRole("button", { name: "Run it now" }).click();
    await page.getByText("Choose a file.").waitFor();
    await page
      .getByLabel("File")
      .setInputFiles({ name: "a.png", mimeType: "image/png", buffer: pixel });
    await page.getByRole("button", { name: "Run it now" }).click();
    const width = () => page.evaluate("document.querySelector('.output img')?.naturalWidth");
    await expect.poll(width, { timeout: 60_000 }).toBe(1);
    const text = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("abc") };
    await page.getByLabel("File").setInputFiles(text);
    await page.getByLabel("from").fill("1");
    await page.getByRole("button", { name: "Run it now" }).click();
    await page.locator(".output pre", { hasText: "bc" }).waitFor();
    await page.getByRole("button", { name: "Submit it as a job" }).click();
    await page.getByRole("link", { name: /^job / }).click();
    await page.locator(".output pre", { hasText: "bc" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("the lines for a terminal and for a program work as they are shown", async () => {
    await using opened = await open("hash");
    const { page } = opened;
    await page.getByLabel("algorithm").selectOption("sha256");
    await page.getByLabel("input", { exact: true }).fill("it's");
    await page.getByLabel("iterations").fill("1");
    await page.getByText("From a terminal, or from a program").click();
    const [curl = "", submit = "", program = ""] = await page
      .locator(".copyable code")
      .allTextContents();
    const digest = /"digest":"[0-9a-f]{64}"/.exec((await run("bash", ["-c", curl])).stdout)?.[0];
    expect(digest).toBeDefined();
    expect((await run("bash", ["-c", submit])).stdout).toContain('"state":"queued"');
    const client = new URL("../../../src/client/client.ts", import.meta.url).href;
    folder.write({ "program.mjs": program.replace('"manycore/client"', JSON.stringify(client)) });
    const { stdout } = await run(process.execPath, [folder.file("program.mjs")]);
    expect(digest).toContain(/digest: '([0-9a-f]+)'/.exec(stdout)?.[1] ?? "nothing");
  });

  test("a token is asked for once, and sent", async () => {
    const flags = [
      "--control",
      "127.0.0.1:0",
      "--workers",
      "1",
      "--token",
      "correct-horse-battery",
    ];
    await using guarded = await ServerProcess.start(flags);
    await using opened = await browser.open(guarded.controlUrl, { hash: "try/primes" });
    const { page } = opened;
    await page.getByLabel("limit").fill("100");
    await page.getByRole("button", { name: "Run it now" }).click();
    await page.getByRole("dialog").getByLabel("Token").fill("correct-horse-battery");
    await page.getByRole("button", { name: "Use it" }).click();
    await page.locator(".output").waitFor();
    await page.getByRole("button", { name: "Run it now" }).click();
    await page.getByText("The run has succeeded.").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test.each([
    ["light", 390],
    ["dark", 1280],
  ] as const)("axe finds nothing, and nothing is too wide: %s, %i", async (scheme, width) => {
    for (const task of ["hash", "echo-bytes"]) {
      await using opened = await open(task, { scheme, width });
      const { page } = opened;
      await page.getByRole("button", { name: "Run it now" }).click();
      await page
        .locator(task === "hash" ? ".output" : ".fault:not(:empty)")
        .first()
        .waitFor();
      await page.getByText("From a terminal, or from a program").click();
      await page.locator(".copyable").first().waitFor();
      expect(await accessFaults(page)).toEqual([]);
      expect(await overflow(page)).toEqual([]);
    }
  });
});

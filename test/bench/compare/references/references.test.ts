import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { type GivenInput, giveJson, noInput } from "../../../../bench/command/given-input.ts";
import { BareCompute } from "../../../../bench/compare/references/bare-compute.ts";
import type { Prepared } from "../../../../bench/compare/references/compute.ts";
import { startTutorial } from "../../../../bench/compare/references/start-tutorial.ts";

const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), "references-"));
afterAll(() => rmSync(folder, { recursive: true }));
const hash = { input: "a", salt: "salt", saltEncoding: "utf8", iterations: 10 };
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));
const images = fixture("images.ts");
const readers = fixture("bench-tasks.ts");
const twice = fileURLToPath(new URL("../../../../examples/double.js", import.meta.url));

function resultOf({ answer }: Prepared): string | null {
  return answer.kind === "json" ? answer.result : null;
}

describe("the bare computation", () => {
  test("runs a task in every process, and counts its runs and CPU time", async () => {
    using compute = new BareCompute(2, signal);
    const prepared = await compute.prepare({ task: "hash", input: giveJson(hash), files: [] });
    expect(prepared).toMatchObject({ native: true, input: { algorithm: "pbkdf2-sha512" } });
    expect(resultOf(prepared)).toMatch(/^\{"algorithm":"pbkdf2-sha512","digest":"[0-9a-f]{128}"/);
    const reports = await compute.run(50);
    expect(reports).toHaveLength(2);
    for (const { runs, elapsedMs, cpuMs } of reports) {
      expect(runs).toBeGreaterThan(0);
      expect(elapsedMs).toBeGreaterThanOrEqual(50);
      expect(cpuMs).toBeGreaterThan(0);
    }
  });

  test("takes the example, user's tasks, and tells results that differ", async () => {
    using compute = new BareCompute(1, signal);
    const random = { task: "hash", input: giveJson({ input: "a", iterations: 1 }), files: [] };
    expect(resultOf(await compute.prepare(random))).toBeNull(); // a random salt
    const own = { task: "double", input: noInput, files: [twice] };
    expect(await compute.prepare(own)).toMatchObject({
      answer: { result: '{"value":42}' },
      native: false,
    });
  });

  test("writes bytes as the server does, and sends an input that the server takes", async () => {
    using compute = new BareCompute(1, signal);
    const png = await compute.prepare({ task: "png", input: noInput, files: [images] });
    expect(Buffer.from(JSON.parse(resultOf(png) ?? ""), "base64").toString("latin1")).toMatch(
      /^.PNG/,
    );
    const described = { task: "described-png", input: noInput, files: [images] };
    const result = resultOf(await compute.prepare(described));
    expect(JSON.parse(result ?? "")).toMatchObject({
      data: JSON.parse(resultOf(png) ?? ""),
      views: [{ data: "iVBORw0KGgo=" }],
    });
    const read = { task: "sum-of-text", input: noInput, files: [readers] };
    expect(await compute.prepare(read)).toMatchObject({
      ...{ input: { list: "1,2,3" }, answer: { result: "6" } },
    });
  });

  test("says of which task, where it fails or JSON cannot hold its result", async () => {
    using compute = new BareCompute(1, signal);
    const of = (task: string) => compute.prepare({ task, input: noInput, files: [readers] });
    await expect(of("fails")).rejects.toThrow("fails failed on its input: out of order");
    await expect(of("map")).rejects.toThrow(/^Task map returned something that JSON cannot hold/);
  });

  test("sets tasks up, and gives every run bytes of its own", async () => {
    using compute = new BareCompute(1, signal);
    const of = (task: string, input: GivenInput) =>
      compute.prepare({ task, input, files: [readers] });
    const data = Uint8Array.of(1, 2, 3);
    const file = join(folder, "photo");
    writeFileSync(file, data);
    const bytes = { ...noInput, file, type: "image/png", query: { add: "2" } };
    const prepared = await of("adds-in-place", bytes);
    expect(prepared).toMatchObject({
      body: { data: Buffer.from(data), type: "image/png", query: { add: "2" } },
      answer: { bytes: 3, expect: { type: "image/png" } },
    });
    const { answer } = prepared;
    const check = answer.kind === "bytes" ? answer.expect?.body : undefined;
    expect(check?.kind === "bytes" && [...check.equals]).toEqual([103, 104, 105]);
    const [report] = await compute.run(20);
    expect(report?.runs).toBeGreaterThan(1);
    const again = await of("adds-in-place", bytes);
    expect(again.answer).toEqual(answer);
  });

  test("says how to give an input that the task takes", async () => {
    using compute = new BareCompute(1, signal);
    const of = (task: string, input: GivenInput) =>
      compute.prepare({ task, input, files: [readers] });
    const file = fileURLToPath(import.meta.url);
    await expect(of("adds-in-place", noInput)).rejects.toThrow(
      "--input: adds-in-place takes bytes (image/png). Give it a file: --input @FILE --type image/png",
    );
    await expect(of("adds-in-place", { ...noInput, file })).rejects.toThrow(
      "Add --type TYPE: adds-in-place takes image/png",
    );
    await expect(of("adds-in-place", { ...noInput, file, type: "image/gif" })).rejects.toThrow(
      "--type image/gif: adds-in-place takes image/png",
    );
    const wrong = { ...noInput, file, type: "image/png", query: { add: "x" } };
    await expect(of("adds-in-place", wrong)).rejects.toThrow(/--input for adds-in-place: .*\/add/);
    await expect(of("no-example", noInput)).rejects.toThrow(
      "--input: no-example has no example. Give it an input, as JSON or as @FILE",
    );
    expect(await of("all-defaults", noInput)).toMatchObject({ input: { value: 1 } });
    await expect(of("no-setup", noInput)).rejects.toThrow(
      /setup of task no-setup failed.*no model/s,
    );
  });

  test("names what it does not know or accept", async () => {
    using compute = new BareCompute(1, signal);
    const none = compute.prepare({ task: "none", input: giveJson(1), files: [] });
    await expect(none).rejects.toThrow("--task none: there is no such task. There are hash, json");
    const wrong = compute.prepare({ task: "primes", input: giveJson({ limit: "x" }), files: [] });
    await expect(wrong).rejects.toThrow(/^--input for primes: .*\/limit/);
  });
});

test("the bare computation ends in the middle of a run when it is told to, with the reason", async () => {
  const stop = new AbortController();
  using compute = new BareCompute(2, stop.signal);
  await compute.prepare({ task: "hash", input: giveJson(hash), files: [] });
  const running = compute.run(600_000);
  stop.abort(new Error("told to"));
  await expect(running).rejects.toThrow("told to");
});

describe("the tutorials' cluster", () => {
  test("says hello, runs the task, and ends with its primary", async () => {
    const server = await startTutorial(2, "hash", [], signal);
    expect(await (await fetch(server.url)).text()).toBe("hello world\n");
    const post = { method: "POST", body: JSON.stringify(hash) };
    const answer = (await (await fetch(`${server.url}/tasks/hash`, post)).json()) as object;
    expect(answer).toMatchObject({ task: "hash", result: { iterations: 10 } });
    const query = "input=a&salt=1&saltEncoding=utf8&iterations=10";
    const got = await (await fetch(`${server.url}/hash?${query}`)).json();
    expect(got).toMatchObject({ result: { salt: "1", iterations: 10 } });
    const bad = await fetch(`${server.url}/tasks/hash`, { method: "POST", body: "{" });
    expect(bad.status).toBe(500);
    await bad.body?.cancel();
    expect(server.ended.aborted).toBe(false);
    await server[Symbol.asyncDispose]();
    expect(server.ended.aborted).toBe(true);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test("takes bytes and answers with them", async () => {
    await using server = await startTutorial(1, "adds-in-place", [readers], signal);
    const answer = await fetch(`${server.url}/tasks/adds-in-place?add=2`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: Uint8Array.of(1, 2),
    });
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect([...(await answer.bytes())]).toEqual([103, 104]);
  });
});

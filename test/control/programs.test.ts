/** What control has the bench do for the page: with the real programs, and a real server. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents } from "../../src/client/event-source.ts";
import { ServerProcess } from "../helpers/server-process.ts";

interface Told {
  readonly name: string;
  readonly data: Record<string, unknown>;
}

const printing = fileURLToPath(new URL("../fixtures/printing.ts", import.meta.url));

let server: ServerProcess;
let control: string;
beforeAll(async () => {
  const flags = ["--mode", "single", "--queue", "none", "--control", "127.0.0.1:0"];
  server = await ServerProcess.start([...flags, "--tasks", printing]);
  control = /control at (http:\S+)/.exec(server.stdout)?.[1] ?? "";
});
afterAll(() => server[Symbol.asyncDispose]());

async function send(method: string, path: string, body?: object) {
  const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(new URL(path, control), { method, ...(body && json) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Reads until an event has one of these names. */
async function readUntil(path: string, ...names: readonly string[]): Promise<readonly Told[]> {
  const { body } = await fetch(new URL(path, control));
  const told: Told[] = [];
  if (!body) return told;
  for await (const { name, data } of readEvents(body)) {
    told.push({ name, data: JSON.parse(data) });
    if (names.includes(name)) break;
  }
  return told;
}

test("before the first one there is nothing to watch, and nothing to end", async () => {
  expect(await send("GET", "/contrast")).toEqual({ status: 200, body: { state: "none" } });
  expect((await send("DELETE", "/contrast")).status).toBe(404);
  expect((await fetch(new URL("/load/events", control))).status).toBe(404);
});

describe("a load on this server", () => {
  const input = { input: "a", iterations: 10 };

  test("runs for its time, is told, and can be watched from the beginning after its end", async () => {
    const order = { task: "hash", input, perSecond: 30, seconds: 1 };
    expect(await send("POST", "/load", order)).toEqual({
      status: 202,
      body: { events: "/load/events" },
    });
    const told = await readUntil("/load/events", "end", "failed");
    expect(told[0]).toMatchObject({ name: "plan", data: { task: "hash", perSecond: 30 } });
    expect(told.at(-1)).toMatchObject({ name: "end", data: { failed: 0, isStopped: false } });
    const again = await readUntil("/load/events", "end", "failed");
    expect(again).toEqual(told);
    const stats = (await server.get("/stats")) as object;
    expect(JSON.stringify(stats)).toContain('"hash"');
  });

  test("is one at a time, and ends early on demand", async () => {
    const order = { input, perSecond: 10, seconds: 120 };
    expect((await send("POST", "/load", order)).status).toBe(202);
    const second = await send("POST", "/load", order);
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({
      type: "/problems/program-running",
      detail: expect.stringContaining("DELETE /load"),
    });
    const contrast = await send("POST", "/contrast", { modes: ["cluster", "threads"] });
    expect(contrast.status).toBe(409);
    await readUntil("/load/events", "load");
    expect((await send("GET", "/load")).body).toEqual({ state: "running" });
    expect(await send("DELETE", "/load")).toEqual({ status: 200, body: { ending: true } });
    const told = await readUntil("/load/events", "end", "failed");
    expect(told.at(-1)).toMatchObject({ name: "end", data: { isStopped: true } });
    expect((await send("GET", "/load")).body).toEqual({ state: "ended" });
  });
});

test("a contrast of a task that there is not fails, and says so", async () => {
  const modes = ["cluster", "threads"];
  expect((await send("POST", "/contrast", { modes, task: "hush" })).status).toBe(202);
  const told = await readUntil("/contrast/events", "end", "failed");
  expect(told.at(-1)).toMatchObject({
    name: "failed",
    data: { message: expect.stringContaining("there is no such task") },
  });
});

test("a contrast shows the runs of both its servers, and ends with what it has", async () => {
  const wish = { modes: ["cluster", "threads"], input: { input: "a", iterations: 2000 } };
  expect((await send("POST", "/contrast", wish)).status).toBe(202);
  const told = await readUntil("/contrast/events", "turn", "failed");
  expect(told.at(-1)?.name).toBe("turn");
  const seen = told.filter(({ name }) => name === "seen");
  expect(new Set(seen.map(({ data }) => data["mode"]))).toEqual(new Set(wish.modes));
  await send("DELETE", "/contrast");
  const all = await readUntil("/contrast/events", "end", "failed");
  expect(all.at(-1)).toMatchObject({
    name: "end",
    data: { stopped: expect.any(String), modes: [{ mode: "cluster" }, { mode: "threads" }] },
  });
});

test("a contrast minds neither what a task prints, nor an input that begins with a dash", async () => {
  const wish = { modes: ["cluster", "threads"], task: "half", input: -4 };
  expect((await send("POST", "/contrast", wish)).status).toBe(202);
  const told = await readUntil("/contrast/events", "server", "end", "failed");
  expect(told.at(-1)?.name).toBe("server");
  await send("DELETE", "/contrast");
  const all = await readUntil("/contrast/events", "end", "failed");
  expect(all.at(-1)?.data).toMatchObject({ stopped: expect.any(String) });
});

test.each([
  ["/contrast", { modes: ["cluster"] }, "/modes"],
  ["/contrast", { modes: ["cluster", "cluster"] }, "/modes"],
  ["/contrast", { modes: ["cluster", "clutser"] }, "/modes/1"],
  ["/contrast", {}, "/modes"],
  ["/load", { perSecond: 0 }, "/perSecond"],
  ["/load", { perSecond: 10, seconds: 1000 }, "/seconds"],
  ["/load", { perSecond: 10, task: "" }, "/task"],
])("POST %s %j is refused, and the field is named", async (path, body, pointer) => {
  const answer = await send("POST", path, body);
  expect(answer.status).toBe(422);
  expect(JSON.stringify(answer.body)).toContain(`"${pointer}"`);
});

/** The stream of a real thread of control, with a primary of the test. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { Envelope } from "../../src/channel/envelope.ts";
import type { Life } from "../../src/channel/life.ts";
import type { SeenRun } from "../../src/telemetry/watch/seen.ts";
import { Watching } from "../helpers/watching.ts";
import { ControlUnderTest } from "./controlled.ts";

const life = 1 as Life;

const run: SeenRun = {
  ...{ run: 1, row: 0, thread: null, task: "hash", lane: "live", executor: "inline" },
  ...{ job: null, attempt: null, isBorrowed: false },
  ...{ acceptedAt: 1, startedAt: 2, endedAt: 3, cpuMs: 1, outcome: "succeeded" },
};

/** Control with one worker, which says whether it is watched. */
async function opened(...flags: string[]) {
  const control = new ControlUnderTest("0", 8000, {}, flags);
  const sent: Envelope[] = [];
  control.watch.attach(life, 1, (envelope) => void sent.push(envelope), 8);
  const url = (await control.link.url) ?? "";
  const tell = (runs: readonly unknown[]) => {
    const args = { runs, groups: [], threadEnds: [] };
    control.watch.take(life, { service: "watch", items: [{ name: "seen", args }] });
  };
  const isWatched = () => JSON.stringify(sent).includes('"isOn":true');
  return { url, tell, isWatched, [Symbol.asyncDispose]: () => control[Symbol.asyncDispose]() };
}

/** A connection that watches, and reads no more than the beginning. */
async function openUnread(url: string): Promise<Socket> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(socket, "data");
  return socket.pause();
}

test("is a stream of events, which no cache keeps", async () => {
  await using control = await opened();
  const abort = new AbortController();
  const response = await fetch(`${control.url}/events`, { signal: abort.signal });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("cache-control")).toBe("no-store");
  abort.abort();
});

test("what a task has forged reaches nobody", async () => {
  await using control = await opened();
  await using watching = await Watching.open(control.url);
  await expect.poll(control.isWatched).toBe(true);
  control.tell([{ ...run, task: "<script>".repeat(10_000) }]);
  control.tell([{ ...run, secrets: "x" }]);
  control.tell([run]);
  await watching.when(() => watching.told.length > 0);
  expect(watching.told).toEqual([{ worker: 1, life: 1, pid: 8, runs: [run], groups: [] }]);
});

test("with a token, the ids of jobs are for those who send it", async () => {
  await using control = await opened("--token", "correct-horse");
  await using operator = await Watching.open(control.url, "correct-horse");
  await using other = await Watching.open(control.url);
  await expect.poll(control.isWatched).toBe(true);
  control.tell([{ ...run, job: "AAAAAAAB51uJHEHC7qTu5w", attempt: 1 }]);
  await operator.when(() => operator.told.length > 0);
  await other.when(() => other.told.length > 0);
  const jobs = [operator, other].map(({ runs }) => runs.map(({ job }) => job));
  expect(jobs).toEqual([["AAAAAAAB51uJHEHC7qTu5w"], [null]]);
});

test("a reader that takes nothing misses events, and those that read do not", async () => {
  await using control = await opened();
  await using watching = await Watching.open(control.url);
  await expect.poll(control.isWatched).toBe(true);
  const slow = await openUnread(control.url);
  // About 1 MB each: all together are more than a socket and the server keep.
  const runs = Array.from({ length: 4000 }, (_, at) => ({ ...run, run: at }));
  for (let note = 1; note <= 30; note++) {
    control.tell(runs);
    await watching.when(() => watching.told.length === note);
  }
  let [end, missed] = ["", 0];
  slow.setEncoding("utf8").on("data", (chunk: string) => {
    const text = end + chunk;
    missed ||= Number(/event: missed\ndata: {"events":(\d+)}\n/.exec(text)?.[1] ?? 0);
    end = text.slice(-100);
  });
  slow.resume();
  await expect.poll(() => missed, { timeout: 60_000 }).toBeGreaterThan(0);
  slow.destroy();
  expect(watching.events.map(({ event }) => event)).not.toContain("missed");
});

test("thirty-two may watch, and the next one is told to come later", async () => {
  await using control = await opened();
  const sockets = await Promise.all(Array.from({ length: 32 }, () => openUnread(control.url)));
  const refused = await fetch(`${control.url}/events`);
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("10");
  expect(await refused.json()).toMatchObject({ type: "/problems/overloaded" });
  sockets[0]?.destroy();
  await expect
    .poll(async () => {
      const response = await fetch(`${control.url}/events`);
      await response.body?.cancel();
      return response.status;
    })
    .toBe(200);
  for (const socket of sockets) socket.destroy();
});

import { once } from "node:events";
import { beforeEach, expect, test, vi } from "vitest";
import type { PrimaryCalls } from "../../../src/control/thread/app.ts";
import { Watch } from "../../../src/control/thread/watch/watch.ts";
import { AppError } from "../../../src/errors.ts";
import type { SeenMark, SeenRun, SeenRunsOf } from "../../../src/telemetry/watch/seen.ts";
import { fullFigures, queueStats } from "../../helpers/figures.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const mark: SeenMark = { at: Date.now(), kind: "ready", worker: 1, life: 1, reason: null };
const run = { run: 1, row: 0, task: "hash", startedAt: 1, endedAt: null } as SeenRun;
const seenRuns: SeenRunsOf = { worker: 1, life: 1, pid: 11, runs: [run], groups: [] };

/** What the primary of a test answers, and what it was told. */
class Primary {
  readonly notes: unknown[] = [];
  asked = 0;
  answers: Record<string, () => unknown> = {
    follow: () => ({ marks: [mark] }),
    figures: () => fullFigures(),
    "job-stats": () => queueStats,
  };

  readonly calls = {
    call: async (name: string) => {
      if (name === "figures") this.asked++;
      return this.answers[name]?.();
    },
    note: (name: string, args: object) => void this.notes.push([name, args]),
  } as unknown as PrimaryCalls;
}

let clock: ManualClock;
let primary: Primary;
let watch: Watch;

beforeEach(() => {
  clock = new ManualClock();
  primary = new Primary();
  const about = { url: "http://127.0.0.1:8000", hasJobs: true, maxPending: 64, taskFiles: [] };
  watch = new Watch({ primary: primary.calls, about, clock });
});

/** One who reads what comes. */
async function come(showsJobs = true) {
  const readable = await watch.watch(showsJobs);
  const leave = async () => {
    readable.destroy();
    await once(readable, "close");
  };
  const reader = { text: "", leave };
  readable.on("data", (chunk: Buffer) => {
    reader.text += chunk;
  });
  await vi.waitFor(() => expect(reader.text).toContain("\n\n"));
  return reader;
}

/** The data of each event of this name. */
const dataOf = (text: string, name: string) =>
  text
    .split("\n\n")
    .map((part) => new RegExp(`event: ${name}\ndata: (.*)$`).exec(part)?.[1])
    .filter((data) => data !== undefined)
    .map((data) => JSON.parse(data));

const switched = () => primary.notes.filter((note) => (note as string[])[0] === "watch");

test("the first thing is the server as it is, with what is known of it", async () => {
  const { text } = await come();
  expect(text).toMatch(/^retry: 1000\n\nevent: start\n/);
  const [start] = dataOf(text, "start");
  expect(start).toMatchObject({
    server: {
      ...{ version: "1.2.3", node: "v26.0.0", pid: 10, mode: "threads", executor: "threads" },
      ...{ url: "http://127.0.0.1:8000", hasJobs: true, startedAt: 1_800_000_000_000 },
    },
    at: expect.any(Number),
  });
  const names = start.history.map(({ event }: { event: string }) => event);
  expect(names.toSorted()).toEqual(["figures", "mark"]);
});

test("what is told goes to each, and to those who come later", async () => {
  const [first, second] = [await come(), await come()];
  watch.runs(seenRuns);
  watch.mark({ ...mark, kind: "ended", life: 2 });
  await vi.waitFor(() => expect(dataOf(second.text, "mark")).toHaveLength(1));
  for (const { text } of [first, second]) {
    expect(dataOf(text, "runs")).toEqual([seenRuns]);
    expect(dataOf(text, "mark")).toMatchObject([{ kind: "ended", life: 2 }]);
  }
  const [start] = dataOf((await come()).text, "start");
  expect(start.history[0]).toEqual({ event: "runs", data: seenRuns }); // It is still open.
  const told = start.history.filter(({ event }: { event: string }) => event === "runs");
  expect(told).toHaveLength(2);
});

test("the ids of jobs are for those who may list jobs", async () => {
  const job = { ...run, task: '","job":"x', job: "AAAAAAAB51uJHEHC7qTu5w", attempt: 2 };
  const ofJob = { ...seenRuns, runs: [job, run] };
  const [operator, other] = [await come(), await come(false)];
  watch.runs(ofJob);
  watch.mark({ ...mark, kind: "reload" });
  await vi.waitFor(() => expect(dataOf(other.text, "mark")).toHaveLength(1));
  expect(dataOf(operator.text, "runs")).toEqual([ofJob]);
  expect(dataOf(other.text, "runs")).toEqual([{ ...ofJob, runs: [{ ...job, job: null }, run] }]);
  const [late, rest] = [await come(), await come(false)];
  expect(late.text).toContain(job.job);
  expect(rest.text).not.toContain(job.job);
  expect(JSON.stringify(dataOf(rest.text, "start"))).toContain('"attempt":2');
});

test("figures come once a second, with or without a queue that answers", async () => {
  const reader = await come();
  for (const answer of [() => queueStats, () => Promise.reject(new Error("no queue"))]) {
    primary.answers["job-stats"] = answer;
    const before = dataOf(reader.text, "figures").length;
    clock.advance(1000);
    await vi.waitFor(() => expect(dataOf(reader.text, "figures").length).toBe(before + 1));
  }
  const [first, second] = dataOf(reader.text, "figures");
  expect([first.jobs, second.jobs]).toEqual([{ queued: 1, running: 0 }, null]);
});

test("a primary that fails once is asked again", async () => {
  primary.answers["figures"] = () => Promise.reject(new Error("it was ending"));
  await expect(watch.watch(true)).rejects.toThrow("it was ending");
  primary.answers["figures"] = () => fullFigures();
  const reader = await come();
  primary.answers["figures"] = () => Promise.reject(new Error("it was ending"));
  clock.advance(1000);
  await vi.waitFor(() => expect(JSON.stringify(primary.notes)).toContain("it was ending"));
  primary.answers["figures"] = () => fullFigures();
  await vi.waitFor(() => expect(clock.pending).toBe(2)); // The next look, and a heartbeat.
  clock.advance(1000);
  await vi.waitFor(() => expect(dataOf(reader.text, "figures")).toHaveLength(1));
});

test("workers are told when the first one comes, and a while after the last has left", async () => {
  const on = ["watch", { isOn: true }];
  const [first, second] = [await come(), await come()];
  expect(switched()).toEqual([on]);
  await first.leave();
  await second.leave();
  clock.advance(9999);
  const third = await come(); // The page was loaded again.
  clock.advance(20_000);
  expect(switched()).toEqual([on]);
  await third.leave();
  clock.advance(10_000);
  expect(switched()).toEqual([on, ["watch", { isOn: false }]]);
  const begun = primary.asked;
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  clock.advance(1000);
  await vi.waitFor(() => expect(primary.asked).toBe(begun + 1)); // Figures go on.
  await come();
  expect(switched().at(-1)).toEqual(on);
});

test("runs are forgotten when nobody watches: their ends are told to nobody", async () => {
  const reader = await come();
  watch.runs(seenRuns);
  await reader.leave();
  clock.advance(10_000);
  watch.runs(seenRuns); // It was on its way.
  const [start] = dataOf((await come()).text, "start");
  expect(JSON.stringify(start.history)).not.toContain('"runs","data"');
});

test("there are 32 at most, and another one may come when one has left", async () => {
  const readers = await Promise.all(Array.from({ length: 32 }, () => come()));
  const refused = await watch.watch(true).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ type: "overloaded", headers: { "Retry-After": "10" } });
  await readers[0]?.leave();
  await come();
});

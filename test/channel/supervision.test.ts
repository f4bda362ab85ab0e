import { beforeEach, describe, expect, test } from "vitest";
import { Channel } from "../../src/channel/channel.ts";
import { supervisedSide, supervisorSide } from "../../src/channel/supervision.ts";

let heard: unknown[];
const hear = (name: string) => (args: object) => heard.push([name, args]);
const ends = { service: "supervision", send: () => {}, calls: {} } as const;

let primary: Channel<typeof supervisorSide, typeof supervisedSide>;
let worker: Channel<typeof supervisedSide, typeof supervisorSide>;
beforeEach(() => {
  heard = [];
  const [ready = fail, step = fail, failed = fail, hung = fail, reads = fail, worn = fail] = [
    ...["ready", "boot-step", "boot-failed", "hung", "reads", "worn"].map(hear),
  ];
  const tasks = hear("tasks");
  primary = new Channel({
    ...ends,
    mine: supervisorSide,
    theirs: supervisedSide,
    notes: { ready, tasks, "boot-step": step, "boot-failed": failed, hung, reads, worn },
  });
  worker = new Channel({
    ...ends,
    mine: supervisedSide,
    theirs: supervisorSide,
    notes: {
      ...{ drain: hear("drain"), workers: hear("workers"), control: hear("control") },
      "log-level": hear("log-level"),
    },
  });
});

function fail(): never {
  throw new Error("no handler");
}

function heardOf(side: { take: Channel<never, never>["take"] }, ...items: unknown[]): unknown[] {
  side.take({ service: "supervision", items });
  return heard.splice(0);
}

describe("messages on a worker's boot and end", () => {
  test.each([
    ["ready", {}],
    ["boot-failed", { message: "" }],
    ["reads", { path: "/a.ts", version: "1" }],
    ["hung", { message: "held", runs: [] }],
    ["worn", { reason: "memory" }],
  ])("%s %j reaches the primary only", (name, args) => {
    expect(heardOf(primary, { name, args })).toEqual([[name, args]]);
    expect(heardOf(worker, { name, args })).toEqual([]);
  });

  test.each([
    ["drain", { goesOn: true }],
    ["workers", { ready: 1, total: 2 }],
    ["control", { url: "http://127.0.0.1:8001" }],
    ["log-level", { level: "debug" }],
  ])("%s %j reaches a worker only", (name, args) => {
    expect(heardOf(worker, { name, args })).toEqual([[name, args]]);
    expect(heardOf(primary, { name, args })).toEqual([]);
  });

  test("hung names the runs, and the attempts of those that are jobs", () => {
    const run = { task: "spin" };
    const job = { task: "spin", attempt: { id: "id", token: 1 } };
    const hung = (runs: unknown) => ({ name: "hung", args: { message: "held", runs } });
    for (const runs of [[], [run], [run, job]]) {
      expect(heardOf(primary, hung(runs))).toHaveLength(1);
    }
    const noRun = [1, null, "spin", {}, { task: 1 }, { ...job, attempt: {} }, { attempt: job }];
    for (const runs of [undefined, "spin", ...noRun.map((each) => [run, each])]) {
      expect(heardOf(primary, hung(runs))).toEqual([]);
    }
  });

  test.each([
    { name: "boot-failed", args: {} },
    { name: "worn", args: { reason: "age" } },
    { name: "boot-failed", args: { message: 1 } },
    { name: "workers", args: { ready: "1", total: 2 } },
    { name: "Ready", args: {} },
    { name: "ready" },
    { type: "ready" },
  ])("%j, which a task may forge, reaches no handler", (item) => {
    expect(heardOf(primary, item)).toEqual([]);
    expect(heardOf(worker, item)).toEqual([]);
  });
});

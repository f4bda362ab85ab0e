import { expect, test } from "vitest";
import type { Life } from "../../src/channel/life.ts";
import type { WorkerFigures } from "../../src/telemetry/figures/figures.ts";
import { statsTable } from "../../src/terminal/stats-table.ts";
import { figures } from "../control/controlled.ts";
import { stateOf } from "../helpers/figures.ts";

const states = { queued: 2, running: 1, succeeded: 0, failed: 0, cancelled: 0, expired: 0 };

test("one line a worker, in columns, and one of the jobs", () => {
  const booting: WorkerFigures = {
    ...{ worker: 2, life: 3 as Life, pid: 4711, stage: "booting", uptimeMs: 300 },
    ...{ snapshotAgeMs: null, state: null, runs: { ended: 0, refused: 0 } },
  };
  const held: WorkerFigures = {
    ...{ worker: 3, life: 4 as Life, pid: 4712, stage: "ready", uptimeMs: 7_300_000 },
    ...{ snapshotAgeMs: 12_000, state: stateOf({ busySlots: 1 }) },
    runs: { ended: 0, refused: 0 },
  };
  const table = statsTable({
    server: figures.server,
    workers: [...figures.workers, booting, held],
    jobs: { states, oldestWaitingMs: 65_000, paused: { all: false, tasks: ["hash"] } },
  });
  expect(table.split("\n")).toEqual([
    "manycore 1.0.0 on Node v26.0.0, mode cluster, executor inline: pid 7, up 5 s",
    "",
    "worker  pid   stage    up      busy  waiting  connections  loop  delay p99  memory  CPU     seen",
    "1       8     ready    4 s     1/1   3        0            25 %  3 ms       80 MB   300 ms",
    "2       4711  booting  300 ms",
    "3       4712  ready    2 h     1/1   0        0            25 %  3 ms       80 MB   300 ms  12 s ago",
    "",
    "jobs: 2 queued; 1 running; the oldest waits 65 s; paused: hash",
    "",
  ]);
});

test("a server without jobs", () => {
  expect(statsTable({ ...figures, jobs: null })).toContain("\nno jobs\n");
});

import { describe, expect, test } from "vitest";
import { recordOf } from "../../../src/control/thread/hosts/record.ts";
import { longestRecord, readRecord } from "../../../src/control/thread/hosts/record-check.ts";
import { RequestPace } from "../../../src/control/thread/hosts/request-pace.ts";
import { fullFigures } from "../../helpers/figures.ts";
import { hostRecord, identity, seenFigures, seenWorker } from "../../helpers/hosts.ts";

const { server } = fullFigures();

test("a record has what a host is and does, and nothing else of it", () => {
  expect(recordOf(identity, server, seenFigures(), 7.5)).toEqual({
    ...{ id: "1a2b", name: "alder", pid: 10, version: "1.2.3", node: "v26.0.0" },
    ...{ mode: "threads", executor: "threads", hasJobs: true, startedAt: 1_800_000_000_000 },
    ...{ url: "http://127.0.0.1:8000", control: "http://127.0.0.1:8001" },
    workers: [
      {
        ...{ worker: 1, pid: 11, stage: "ready", slots: 1, busySlots: 1, pending: 2 },
        rssBytes: 80_000_000,
      },
    ],
    figures: {
      ...{ requestsPerSecond: 7.5, runsPerSecond: 4, busyShare: 0.125, cores: 4 },
      ...{ ranMs: { p50: 12.5, p99: 140 }, jobs: { queued: 1, running: 0 } },
    },
  });
});

test.each([
  [[], null],
  [[null, null], null],
  [[1, null], 0.25],
  [[1, 1, 1, 0.6], 0.9],
  [[3, 2], 1],
])("workers that use %j of 4 cores keep %j of them busy", (cores, share) => {
  const workers = cores.map((each) => seenWorker({ cores: each }));
  expect(recordOf(identity, server, seenFigures(workers), 0).figures.busyShare).toBe(share);
});

test("a record of very many workers has the first of them, and can be read", () => {
  const workers = Array.from({ length: 1000 }, (_, at) => seenWorker({ worker: at + 1, pid: 4e6 }));
  const text = JSON.stringify(recordOf(identity, server, seenFigures(workers), 0));
  expect(text.length).toBeLessThan(longestRecord);
  expect(readRecord(text)?.workers).toHaveLength(256);
});

describe("what another host has told", () => {
  test("is read as it was written", () => {
    const idle = hostRecord();
    const figures = { ...idle.figures, busyShare: null, ranMs: null, jobs: null };
    const record = hostRecord({ figures, workers: [] });
    expect(readRecord(JSON.stringify(record))).toEqual(record);
  });

  test.each([
    ["no JSON", "{"],
    ["null", "null"],
    ["no figures", JSON.stringify({ ...hostRecord(), figures: {} })],
    ["another kind of worker", JSON.stringify({ ...hostRecord(), workers: [{ worker: 1 }] })],
    ["an address that is a script", JSON.stringify(hostRecord({ control: "javascript:alert(1)" }))],
    ["a name without end", JSON.stringify(hostRecord({ name: "a".repeat(1000) }))],
    ["too much", JSON.stringify({ ...hostRecord(), more: "a".repeat(longestRecord) })],
  ])("is left out if it is %s", (_, text) => {
    expect(readRecord(text)).toBeUndefined();
  });
});

test("requests a second are those of about the last five", () => {
  const pace = new RequestPace();
  const look = (second: number, requests: number) =>
    pace.look(
      [
        {
          name: "manycore_worker_requests_total",
          series: [{ labels: ["1"], numbers: [requests] }],
        },
      ],
      1000 * second,
    );
  expect(look(0, 100)).toBe(0);
  expect([look(1, 100), look(2, 120)]).toEqual([0, 10]);
  for (const second of [3, 4, 5]) look(second, 120);
  expect([look(6, 120), look(7, 120)]).toEqual([4, 0]);
  expect(pace.look([], 8000)).toBeLessThanOrEqual(0);
});

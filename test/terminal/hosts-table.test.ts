import { expect, test } from "vitest";
import type { SeenHost } from "../../src/telemetry/watch/hosts.ts";
import { hostsTable } from "../../src/terminal/hosts-table.ts";
import { hostRecord } from "../helpers/hosts.ts";

const own: SeenHost = { ...hostRecord(), isThis: true, ageMs: 300 };
const figures = { ...own.figures, requestsPerSecond: 1234.5, busyShare: null, ranMs: null };
const other: SeenHost = {
  ...hostRecord({ name: "birch", pid: 4711, url: "http://10.0.0.2:8000", workers: [], figures }),
  ...{ isThis: false, ageMs: 4200 },
};

test("one line a host, in columns, this one first", () => {
  expect(hostsTable({ others: "known", hosts: [own, other] }).split("\n")).toEqual([
    "host          pid   mode     workers  busy  waiting  CPU   requests  runs  p50      p99     memory  seen        serves at",
    "alder (this)  10    threads  1/1      1/1   2        13 %  7.5/s     4/s   12.5 ms  140 ms  80 MB   300 ms ago  http://127.0.0.1:8000",
    "birch         4711  threads  0/0      0/0   0              1235/s    4/s                    0 MB    4 s ago     http://10.0.0.2:8000",
    "",
  ]);
});

test("it says why there are no others", () => {
  const alone = (others: "none" | "unknown") => hostsTable({ others, hosts: [own] });
  expect(alone("none")).toContain("\nThe queue is of this host alone: there are no others.\n");
  expect(alone("unknown")).toContain("\nRedis does not answer: the other hosts are not known.\n");
});

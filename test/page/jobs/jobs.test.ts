import { describe, expect, test } from "vitest";
import { askFor, requestFor, selectionFor } from "../../../src/page/jobs/bulk.ts";
import { queryOf, toggled } from "../../../src/page/jobs/filter.ts";
import { timelineOf } from "../../../src/page/jobs/job/timeline.ts";
import { countJobs, listJobs } from "../../../src/page/jobs/jobs-of-server.ts";
import type { ShownAttempt, WholeJob } from "../../../src/page/jobs/shown.ts";
import { formatMoment, formatSpan } from "../../../src/page/jobs/times.ts";

const all = { states: [], task: null } as const;

describe("filters", () => {
  test("become a query", () => {
    expect(queryOf(all)).toBe("");
    expect(queryOf({ states: ["failed", "expired"], task: "a b" })).toBe(
      "state=failed%2Cexpired&task=a+b",
    );
  });

  test("take a state in, and out again", () => {
    const failed = toggled(all, "failed");
    expect(failed.states).toEqual(["failed"]);
    expect(toggled(failed, "failed")).toEqual(all);
  });
});

describe("what is done to many", () => {
  test("is done to the states that it can change", () => {
    expect(selectionFor("cancel", all)?.states).toEqual(["queued", "running"]);
    const filter = { states: ["queued", "failed"], task: "hash" } as const;
    expect(selectionFor("delete", filter)).toEqual({ states: ["failed"], task: "hash" });
    expect(selectionFor("cancel", { states: ["failed"], task: null })).toBeNull();
  });

  test("is asked before, with how many", () => {
    const selection = { states: ["failed"], task: "hash" } as const;
    expect(askFor("retry", selection, 1, false)).toMatchObject({ title: "Run again 1 job?" });
    expect(askFor("delete", selection, 5000, true)).toMatchObject({
      button: "Delete more than 5,000 jobs",
      text: expect.stringContaining("of the task hash that are failed"),
    });
    expect(requestFor("delete", selection)).toEqual({
      ...{ method: "DELETE", path: "jobs?state=failed&task=hash" },
    });
  });
});

describe("a list", () => {
  const signal = new AbortController().signal;
  const pages = (lengths: readonly number[]) => {
    let page = 0;
    return async () => {
      const jobs = Array.from({ length: lengths[page] ?? 0 }, (_, id) => ({ id: String(id) }));
      page++;
      return Response.json({ jobs, next: page < lengths.length ? "/jobs?cursor=x" : null });
    };
  };

  test("goes on over short pages until it has enough", async () => {
    const listed = await listJobs(pages([0, 3, 4, 9]), all, 5, signal);
    expect([listed.jobs.length, listed.isMore]).toEqual([5, true]);
  });

  test("counts, and says where there are more than it has counted", async () => {
    expect(await countJobs(pages([1000, 2]), all, signal)).toEqual({ count: 1002, isMore: false });
    const many = await countJobs(pages([10, 10, 10, 10, 10, 10]), all, signal);
    expect(many).toEqual({ count: 50, isMore: true });
  });
});

describe("the life of a job", () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const job = (state: WholeJob["state"], more: Partial<WholeJob>) =>
    ({
      state,
      createdAt: at(0),
      startedAt: null,
      finishedAt: null,
      attempts: 0,
      ...more,
    }) as WholeJob;
  const attempt = (number: number, from: number, to: number, outcome: string) =>
    ({ number, startedAt: at(from), endedAt: at(to), outcome }) as ShownAttempt;
  const parts = (...life: Parameters<typeof timelineOf>) =>
    timelineOf(...life).map(({ kind, from, to, outcome }) => [kind, from, to, outcome]);

  test("waits, runs, waits again, and ends with its last attempt", () => {
    const ended = job("succeeded", { startedAt: at(30), finishedAt: at(42), attempts: 2 });
    const attempts = [attempt(1, 5, 10, "failed"), attempt(2, 30, 40, "succeeded")];
    expect(parts(ended, attempts, 99)).toEqual([
      ...[
        ["waits", 0, 5, null],
        ["ended", 5, 10, "failed"],
      ],
      ...[
        ["waits", 10, 30, null],
        ["ended", 30, 40, "succeeded"],
      ],
    ]);
  });

  test("goes on to now while it waits or runs", () => {
    expect(parts(job("queued", {}), [], 50)).toEqual([["waits", 0, 50, null]]);
    const running = job("running", { startedAt: at(20), attempts: 1 });
    expect(parts(running, [], 50)).toEqual([
      ["waits", 0, 20, null],
      ["runs", 20, 50, null],
    ]);
  });

  test("may end without an attempt", () => {
    expect(parts(job("cancelled", { finishedAt: at(7) }), [], 50)).toEqual([["waits", 0, 7, null]]);
  });

  test("survives a clock of the page that is behind", () => {
    expect(parts(job("running", { startedAt: at(20), attempts: 1 }), [], 10)).toEqual([
      ["waits", 0, 20, null],
      ["runs", 20, 20, null],
    ]);
  });
});

test("times are those of today, or have their day", () => {
  const now = Date.parse("2026-12-01T12:00:00Z");
  expect(formatMoment(null, now)).toBe("–");
  expect(formatMoment("2026-12-01T12:00:00Z", now)).toMatch(/^\d\d:\d\d:\d\d$/);
  expect(formatMoment("2026-11-01T12:00:00Z", now)).toMatch(/^2026-1\d-\d\d \d\d:/);
  expect(formatSpan("2026-12-01T11:59:59Z", null, now)).toBe("1 s");
  expect(formatSpan(null, null, now)).toBe("–");
});

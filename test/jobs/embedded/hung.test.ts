import { pino } from "pino";
import { expect, test } from "vitest";
import { Member } from "../../../src/jobs/embedded/crew.ts";
import { HostLog } from "../../../src/jobs/embedded/host-log.ts";
import { remainsOf } from "../../../src/jobs/embedded/remains.ts";
import type { Assignment } from "../../../src/jobs/job.ts";

function assignment(id: string): Assignment {
  const job = { task: "spin", input: "{}", attempt: 1, timeoutMs: 1000, traceparent: null };
  return { id, token: 1, ...job };
}

test("a worker that is ended for a run that hangs: that attempt took too long, the others go back", () => {
  const member = new Member(1);
  for (const id of ["culprit", "innocent"]) member.assign(assignment(id));
  const culprit = { id: "culprit", token: 1 };
  const innocent = { id: "innocent", token: 1 };
  expect(member.endOf(culprit)).toBeUndefined();
  member.hung([culprit, { id: "nobody's", token: 1 }]);
  expect(member.endOf(culprit)).toMatchObject({
    kind: "failed",
    error: { type: "run-timeout", detail: expect.stringContaining("1000 ms (timeoutMs)") },
    retry: true,
  });
  expect(member.endOf(innocent)).toEqual({ kind: "handed-back" });
});

test("what an attempt ends with was said of that attempt, and of one that the worker has", () => {
  const member = new Member(1);
  member.assign(assignment("a"));
  member.atExit({ id: "a", token: 2 }, { kind: "cancelled" });
  expect(member.endOf({ id: "a", token: 1 })).toBeUndefined();
  member.atExit({ id: "a", token: 1 }, { kind: "cancelled" });
  expect(member.endOf({ id: "a", token: 1 })).toEqual({ kind: "cancelled" });
  expect(member.endOf({ id: "a", token: 2 })).toBeUndefined();
});

test("an attempt was not alone where the run of another went on after its end was told", () => {
  const log = new HostLog(pino({ level: "silent" }), "jobs.db");
  const lost = (...ids: string[]) => {
    const member = new Member(1);
    for (const id of ids) member.assign(assignment(id));
    member.atExit({ id: "late", token: 1 }, { kind: "cancelled" });
    return remainsOf(member, log).find(({ op }) => op === "lost");
  };
  expect(lost("one")).toMatchObject({ wasAlone: true });
  expect(lost("one", "late")).toMatchObject({ wasAlone: false });
  expect(lost("late")).toBeUndefined();
});

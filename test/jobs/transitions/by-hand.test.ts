import { expect, test } from "vitest";
import { isFinal, jobStates } from "../../../src/jobs/job.ts";
import {
  bulkActions,
  onDelete,
  onRetry,
  refuseChange,
  statesOfAction,
} from "../../../src/jobs/transitions/by-hand.ts";

test("a retry queues what ended without a result, and ends a pause", () => {
  const retried = (isPausing: boolean) =>
    jobStates.map((state) => [state, onRetry({ state, isPausing })]);
  const others = [
    ["running", "refuse"],
    ["succeeded", "refuse"],
    ["failed", "queue"],
    ["cancelled", "queue"],
    ["expired", "queue"],
  ];
  expect(retried(false)).toEqual([["queued", "nothing"], ...others]);
  expect(retried(true)).toEqual([["queued", "start"], ...others]);
});

test("a deletion removes what has ended, and cancels all else", () => {
  for (const state of jobStates) {
    expect(onDelete(state)).toBe(isFinal(state) ? "remove" : "cancel");
  }
});

test("only a queued job can be changed, and its time only to one at which it may start", () => {
  const refused = jobStates.map((state) => refuseChange({ state, startBefore: null }, 5));
  expect(refused).toEqual([null, ...Array(jobStates.length - 1).fill("state")]);
  const queued = { state: "queued", startBefore: 10 } as const;
  const times = [undefined, 9, 10];
  expect(times.map((runAt) => refuseChange(queued, runAt))).toEqual([null, null, "start-before"]);
});

test("a bulk action names the states that it may change, and no others", () => {
  const mayRetry = jobStates.filter((state) => onRetry({ state, isPausing: true }) !== "refuse");
  const mayRemove = jobStates.filter((state) => onDelete(state) === "remove");
  const mayCancel = jobStates.filter((state) => !isFinal(state));
  const allowed = { cancel: mayCancel, retry: mayRetry, remove: mayRemove };
  for (const action of bulkActions) expect(statesOfAction[action]).toEqual(allowed[action]);
});

import { expect, test } from "vitest";
import { TroubleWatch } from "../../../../src/jobs/redis/thread/trouble.ts";

const away = new Error("connect ECONNREFUSED");
const full = new Error("OOM command not allowed");

function watched() {
  const told: (string | null)[] = [];
  return { told, trouble: new TroubleWatch((reason) => told.push(reason)) };
}

test("a trouble is told once, and its end once", () => {
  const { told, trouble } = watched();
  trouble.succeeded();
  trouble.failed(away);
  trouble.failed(away);
  trouble.succeeded();
  trouble.succeeded();
  expect(told).toEqual([expect.stringContaining("nothing listens"), null]);
});

test("a write that began before a trouble does not end it; one that began in it does", () => {
  const { told, trouble } = watched();
  const early = trouble.begun();
  trouble.failed(away);
  early();
  const first = trouble.begun();
  trouble.failed(full);
  first();
  expect(told).toEqual([expect.any(String), expect.stringContaining("no memory left")]);
  trouble.begun()();
  expect(told.at(-1)).toBeNull();
});

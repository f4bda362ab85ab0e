import { pino } from "pino";
import { beforeEach, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { Telemetry } from "../../src/telemetry/events.ts";
import { logEvents } from "../../src/telemetry/log-events.ts";
import { loggedError } from "../../src/telemetry/logged-error.ts";

let lines: Record<string, unknown>[];
let telemetry: Telemetry;

beforeEach(() => {
  lines = [];
  telemetry = new Telemetry();
  const log = pino(
    { base: {}, timestamp: false, serializers: { err: loggedError } },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  logEvents(telemetry, log);
});

test.each([
  ["task-failed", 50],
  ["invalid-input", 40],
] as const)("an attempt that failed with %s is a line, with the cause", (type, level) => {
  const of = { job: "a", attempt: 2, task: "double" };
  const error = new AppError(type, "It failed.", { cause: new TypeError("no number") });
  telemetry.emit("job.attempt-ended", { ...of, ending: "failed", error });
  const err = { type: "TypeError", message: "no number" };
  expect(lines).toMatchObject([{ level, ...of, err, msg: "It failed." }]);
});

test("an attempt that was refused is a line with its problem type, and without a stack", () => {
  const of = { job: "a", attempt: 2, task: "double" };
  const error = new AppError("overloaded", "Full.", { headers: { "Retry-After": "1" } });
  telemetry.emit("job.attempt-ended", { ...of, ending: "failed", error });
  expect(lines).toEqual([{ level: 40, ...of, problem: "overloaded", msg: "Full." }]);
});

test("other ends of attempts have no line", () => {
  const of = { job: "a", attempt: 1, task: "double" };
  for (const ending of ["succeeded", "cancelled", "handed-back"] as const) {
    telemetry.emit("job.attempt-ended", { ...of, ending });
  }
  expect(lines).toEqual([]);
});

test("a spell of threads that keep too much is one line for each task that ran last there", () => {
  const kept = { keptBytes: 120 * 1024 ** 2, limitBytes: 96 * 1024 ** 2 };
  telemetry.emit("thread.ended", { reason: "crashed" });
  for (const task of ["leaky", "hash", "leaky"]) {
    telemetry.emit("thread.ended", { reason: "memory", task, ...kept });
  }
  const lineOf = (task: string) => {
    const msg = `after a run of ${task} it keeps 120 MiB of JavaScript objects, and may keep 96 MiB`;
    return { level: 40, task, ...kept, msg: expect.stringContaining(msg) };
  };
  expect(lines).toMatchObject([lineOf("leaky"), lineOf("hash")]);
});

test("a spell of refused connections is one line, and so is one of descriptors", () => {
  for (let count = 0; count < 3; count++) {
    telemetry.emit("connection.refused", { connections: 30, limit: 64 });
    telemetry.emit("descriptors.exhausted", { code: "EMFILE", limit: 64 });
  }
  expect(lines).toMatchObject([
    { connections: 30, limit: 64, msg: expect.stringContaining("Connections past 30 are closed") },
    { code: "EMFILE", limit: 64, msg: expect.stringContaining("Raise the limit (ulimit -n)") },
  ]);
});

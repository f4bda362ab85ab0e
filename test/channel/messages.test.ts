import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPrimaryMessage, isWorkerMessage } from "../../src/channel/messages.ts";

describe("messages of ours", () => {
  test.each([{ type: "ready" }, { type: "boot-failed", message: "" }, { type: "ready", more: 1 }])(
    "%j comes from a worker only",
    (message) => {
      expect(isWorkerMessage(message)).toBe(true);
      expect(isPrimaryMessage(message)).toBe(false);
    },
  );

  test.each([{ type: "drain" }, { type: "workers", ready: 1, total: 2 }])(
    "%j comes from the primary only",
    (message) => {
      expect(isPrimaryMessage(message)).toBe(true);
      expect(isWorkerMessage(message)).toBe(false);
    },
  );

  test("of a worker that hangs have its runs, and their attempts where they are of jobs", () => {
    const run = { task: "spin" };
    const job = { task: "spin", attempt: { id: "id", token: 1 } };
    const hung = { type: "hung", message: "held" };
    for (const runs of [[], [run], [run, job]]) {
      expect(isWorkerMessage({ ...hung, runs })).toBe(true);
    }
    const noRun = [1, null, "spin", {}, { task: 1 }, { ...job, attempt: {} }, { attempt: job }];
    for (const runs of [undefined, "spin", ...noRun.map((each) => [run, each])]) {
      expect(isWorkerMessage({ ...hung, runs })).toBe(false);
    }
  });
});

test.each([
  undefined,
  null,
  "ready",
  3,
  [],
  {},
  { type: 1 },
  { type: "Ready" },
  { type: "toString" },
  { type: "__proto__" },
  { type: "boot-failed" },
  { type: "boot-failed", message: 1 },
  { type: ["ready"] },
  { "watch:import": ["file:///a.ts"] },
])("%j is none", (value) => {
  expect(isWorkerMessage(value)).toBe(false);
  expect(isPrimaryMessage(value)).toBe(false);
});

test("whatever is sent is told apart without throwing", () => {
  const type = fc.oneof(fc.constantFrom("ready", "boot-failed", "drain"), fc.string());
  const value = fc.oneof(
    fc.anything(),
    fc.record({ type, message: fc.anything() }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(value, (sent) => {
      const known = isWorkerMessage(sent) ? ["ready", "boot-failed"] : ["drain"];
      if (isWorkerMessage(sent) || isPrimaryMessage(sent)) expect(known).toContain(sent.type);
    }),
  );
});

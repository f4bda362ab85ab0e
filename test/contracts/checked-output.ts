import { describe, expect, test } from "vitest";
import { decisionOf } from "../../src/tasks/decision.ts";
import { type ExecutorSubject, resultOf } from "./executor.ts";

/** The contract of every executor for tasks with a schema `output`. */
export function checkedOutputContract({ executor, task }: ExecutorSubject): void {
  const never = new AbortController().signal;
  const run = (name: string, value: unknown) =>
    executor().run(task(name), { value }, never, { onStart: () => {} });

  describe("checks what a task returns", () => {
    test("returns what the schema makes of it", async () => {
      const made = await run("checked", { sizes: [1], secret: "left out" });
      expect(resultOf(made)).toEqual({ sizes: [1], unit: "px" });
      expect(resultOf(await run("checked-later", { sizes: [1] }))).toEqual({ sizes: [1] });
    });

    test.each([
      ["checked", { sizes: [1, "2"] }, "/sizes/1: Invalid type: Expected number"],
      ["checked", "text", "the output itself: Invalid type: Expected Object"],
      ["checked", { sizes: Array(25).fill("") }, "; and 5 more. Return what"],
      ["checked-later", { sizes: [1.5] }, "/sizes: Invalid input"],
    ])("fails where the schema of %s refuses %j, for good", async (name, value, why) => {
      const detail = expect.stringMatching(
        `^Task ${name} failed: its schema refuses what it returned. .*${why}`,
      );
      const error = await run(name, value).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ type: "task-failed", detail });
      expect(decisionOf((error as Error).cause)).toEqual({ kind: "no-retry" });
    });

    test.each([
      ["checked", { sizes: [], unit: "furlong" }, "no such unit on this server"],
      ["checked-later", { sizes: [0] }, "none may be nothing"],
    ])("tells the error of a schema that throws: %s", async (name, value, why) => {
      const loggedDetail = `Task ${name} failed: the schema of its output failed: ${why}`;
      const failed = { type: "task-failed", detail: `Task ${name} failed.`, loggedDetail };
      await expect(run(name, value)).rejects.toMatchObject(failed);
    });
  });
}

import { describe, expect, test } from "vitest";
import type { AppError } from "../../src/errors.ts";
import { decisionOf } from "../../src/tasks/decision.ts";
import type { ExecutorSubject } from "./executor.ts";

/** The contract of every executor for the errors that a task throws for its clients. */
export function taskErrorsContract({ executor, task }: ExecutorSubject): void {
  const never = new AbortController().signal;

  async function thrownBy(input: object): Promise<AppError> {
    const run = executor().run(task("tells-why"), input, never, { onStart: () => {} });
    return run.then(
      () => expect.unreachable(),
      (error: AppError) => error,
    );
  }

  describe("tells the errors of a task that are for clients", () => {
    test.each([
      ["/size/width", "/size/width", "/size/width: it is too wide."],
      [["a/b", "0"], "/a~1b/0", "/a~1b/0: it is too wide."],
      ["", "", "The input of tells-why itself: it is too wide."],
    ])("an InputError refuses the input at %j", async (path, pointer, said) => {
      const error = await thrownBy({ message: "it is too wide", path });
      expect(error).toMatchObject({
        type: "invalid-input",
        detail: `The input of tells-why is not valid. ${said}`,
        errors: [{ path: pointer, message: "it is too wide" }],
        cause: { stack: expect.stringContaining("task-errors") },
      });
      expect(decisionOf(error.cause)).toEqual({ kind: "refuse-input", path: pointer });
    });

    test.each([
      [undefined, { kind: "fail" }],
      [{ code: "no-model" }, { kind: "fail", code: "no-model" }],
      [
        { code: "gone", retry: false },
        { kind: "no-retry", code: "gone" },
      ],
    ])("a TaskError with %j is a failure with its message and code", async (options, decision) => {
      const error = await thrownBy({ message: "no model", options });
      const detail = "Task tells-why failed: no model";
      expect(error).toMatchObject({ type: "task-failed", detail, loggedDetail: detail });
      expect(error.code).toBe(options?.code);
      expect(decisionOf(error.cause)).toEqual(decision);
    });

    test("a TaskError may ask for another attempt after a pause", async () => {
      const error = await thrownBy({
        message: "busy",
        options: { retry: { afterMs: 1500 }, code: "b" },
      });
      expect(error).toMatchObject({
        type: "task-postponed",
        detail: "Task tells-why asks to be run again in 1500 ms: busy",
        code: "b",
        headers: { "Retry-After": "2" },
      });
      expect(decisionOf(error.cause)).toEqual({ kind: "retry-after", ms: 1500, code: "b" });
    });

    test.each([
      [{ message: "m", path: "width" }, "InputError(message, path): path must be a JSON Pointer"],
      [{ message: "m", options: { code: "" } }, "TaskError(message, options): code must be a text"],
      [
        { message: "m", options: { retry: true } },
        "TaskError(message, options): retry must be false",
      ],
      [{ message: "m", options: { retry: { afterMs: -1 } } }, "retry.afterMs must be from 0 to"],
    ])("a wrong argument is the task's mistake: %j", async (input, said) => {
      const error = await thrownBy(input);
      expect(error).toMatchObject({ type: "task-failed", detail: "Task tells-why failed." });
      expect(error.loggedDetail).toContain(said);
    });
  });
}

import request from "supertest";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { testServices } from "../../helpers/services.ts";

function opened() {
  const services = testServices();
  const listener = createApp(services).callback();
  const run = (task: string, input: object) => request(listener).post(`/tasks/${task}`).send(input);
  return { services, run };
}

describe("a live run that decides", () => {
  test.each([
    [{ how: "retryAfter", ms: 2500, message: "busy" }, "3", "in 2500 ms: busy"],
    [{ how: "retryAfter", ms: 0, message: "busy" }, "1", "in 0 ms: busy"],
    [{ how: "snooze", ms: 100 }, "1", "in 100 ms."],
  ])("%j is 503 with Retry-After", async (input, seconds, said) => {
    const { status, headers, body } = await opened().run("decides", input);
    expect(status).toBe(503);
    expect(headers["retry-after"]).toBe(seconds);
    expect(body).toMatchObject({
      type: "/problems/task-postponed",
      detail: `Task decides asks to be run again ${said}`,
    });
  });

  test("noRetry is 500, as any other error", async () => {
    const { status, headers, body } = await opened().run("decides", { how: "noRetry" });
    expect(status).toBe(500);
    expect(headers).not.toHaveProperty("retry-after");
    expect(body).toMatchObject({ type: "/problems/task-failed" });
  });

  test.each([
    [{ how: "snooze", ms: 99 }, "snooze(ms, message): ms must be from 100 to"],
    [{ how: "retryAfter", ms: -1 }, "retryAfter(ms, message): ms must be from 0 to"],
  ])("%j is the task's mistake, and says so", async (input, said) => {
    const { services, run } = opened();
    const { status, body } = await run("decides", input);
    expect(status).toBe(500);
    expect(body.detail).toContain("Task decides failed. The server's log has the error");
    expect(services.logged.join()).toContain(`Task decides failed: ${said}`);
  });
});

describe("what a live run says", () => {
  test("its log goes to the server's log, with the id of the request", async () => {
    const { services, run } = opened();
    const lines = Array.from({ length: 21 }, (_, index) => `line ${index}`);
    const { status } = await run("speaks", { lines }).set("x-request-id", "mine");
    expect(status).toBe(200);
    const logged = services.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    const fields = { level: 30, requestId: "mine", task: "speaks" };
    expect(logged).toMatchObject([
      { ...fields, dropped: 1 },
      ...lines.slice(1).map((msg) => ({ ...fields, msg })),
    ]);
  });

  test("the lines of one that fails are logged, too", async () => {
    const { services, run } = opened();
    await run("speaks", { lines: ["half done"], fails: true });
    expect(services.logged[0]).toContain('"half done"');
  });

  test("a checkpoint does nothing, and there is never a last one", async () => {
    const { body } = await opened().run("speaks", { checkpoints: ["x".repeat(2000)] });
    expect(body.result).toEqual({ last: "none" });
  });
});

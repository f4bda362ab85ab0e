import request from "supertest";
import { expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { JobApp } from "../../helpers/job-app.ts";
import { testServices } from "../../helpers/services.ts";

const secret = "cannot open /etc/secret.key";
const failing = { task: "throws", input: { message: secret }, maxAttempts: 1 };

function opened(exposeErrors: boolean) {
  const services = testServices({ exposeErrors });
  const listener = createApp(services).callback();
  const run = (task: string, input: object) =>
    request(listener).post(`/tasks/${task}`).set("x-request-id", "mine").send(input);
  return { logged: services.logged, run };
}

/** Each has the secret in an error of its own. */
const plain: readonly (readonly [string, string, object])[] = [
  ["throws", "throws", { message: secret }],
  ["throws a text", "throws", { bare: secret }],
];

test.each(plain)("a live run that %s keeps the message for the log", async (_, task, input) => {
  const { run, logged } = opened(false);
  const { status, body, text } = await run(task, input);
  expect([status, body.type]).toEqual([500, "/problems/task-failed"]);
  expect(text).not.toContain("secret");
  const [line = "{}"] = logged;
  expect(JSON.parse(line)).toMatchObject({
    requestId: "mine",
    msg: `Task throws failed: ${secret}`,
  });
  expect(body.detail).toBe("Task throws failed. The server's log has the error (request mine).");
});

test("a schema and an output that throw keep it as well", async () => {
  const { run, logged } = opened(false);
  const schema = await run("picky", { kind: "throws" });
  expect(schema.body.detail).toMatch(
    /^The schema of task picky failed: it threw an error\. .*mine/,
  );
  const output = await run("closure", { kind: "throws" });
  expect(output.body.detail).toMatch(/a toJSON or a getter of it threw an error\. .*mine/);
  expect(logged.join()).toMatch(/The schema of task picky failed: .*cannot hold: not me/s);
});

test("with --expose-errors clients see it", async () => {
  const { run } = opened(true);
  const { body } = await run("throws", { message: secret });
  expect(body.detail).toBe(`Task throws failed: ${secret}`);
});

test("an InputError is a 422, and a TaskError has its code", async () => {
  const { run, logged } = opened(false);
  const refused = await run("tells-why", { message: "it is no PNG", path: "/image" });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({
    type: "/problems/invalid-input",
    errors: [{ path: "/image", message: "it is no PNG" }],
  });
  expect(logged).toEqual([]);
  const failed = await run("tells-why", { message: "no model", options: { code: "no-model" } });
  expect(failed.status).toBe(500);
  expect(failed.body).toMatchObject({
    type: "/problems/task-failed",
    detail: "Task tells-why failed: no model",
    code: "no-model",
  });
});

test.each([false, true])("a job keeps it everywhere unless exposed: %s", async (exposeErrors) => {
  await using app = await JobApp.open({ exposeErrors });
  app.run();
  const { body } = await request(app.listener).post("/jobs").send(failing);
  await app.ended(body.id as string);
  const paths = ["", "/attempts", "/result", "/events"].map((path) => `/jobs/${body.id}${path}`);
  for (const path of [...paths, "/jobs"]) {
    const { text } = await request(app.listener).get(path);
    expect(text.includes("secret.key"), path).toBe(exposeErrors);
    expect(text.includes(`The server's log has the error (job ${body.id})`), path).toBe(
      !exposeErrors,
    );
  }
  const line = JSON.parse(app.services.logged.find((each) => each.includes("secret.key")) ?? "{}");
  expect(line).toMatchObject({ job: body.id, msg: `Task throws failed: ${secret}` });
});

test("an InputError fails a job for good, and a TaskError as it says", async () => {
  await using app = await JobApp.open();
  app.run();
  const ended = async (input: object) => {
    const sent = { task: "tells-why", input, maxAttempts: 2, backoffMs: 1 };
    const { body } = await request(app.listener).post("/jobs").send(sent);
    const { attempts, error } = await app.ended(body.id as string);
    return { attempts, ...error };
  };
  expect(await ended({ message: "no PNG", path: "/image" })).toEqual({
    attempts: 1,
    type: "invalid-input",
    detail: "The input of tells-why is not valid. /image: no PNG.",
  });
  expect(await ended({ message: "no model" })).toMatchObject({ attempts: 2, type: "task-failed" });
  const options = { retry: false };
  expect(await ended({ message: "gone", options })).toMatchObject({ attempts: 1 });
  const soon = { retry: { afterMs: 1 } };
  const postponed = { attempts: 2, type: "task-postponed" };
  expect(await ended({ message: "busy", options: soon })).toMatchObject(postponed);
});

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { type ClientJob, jobEnd, submitJob } from "../helpers/job-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";
import { WebhookReceiver } from "../helpers/webhook-receiver.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
let folder: Folder;
let flags: string[];

beforeEach(() => {
  folder = new Folder();
  writeFileSync(folder.file("secret"), `${secret}\n`);
  flags = ["--mode", "single", "--tasks", tasks, "--queue", `sqlite:${folder.file("jobs.db")}`];
  flags.push("--webhooks", "127.0.0.1,localhost", "--webhook-secret-file", folder.file("secret"));
});
afterEach(() => folder[Symbol.dispose]());

const start = (...more: string[]) => ServerProcess.start([...flags, ...more]);
const double = (server: ServerProcess, url: string) =>
  submitJob(server, "double", { value: 4 }, { onEnd: { url } });

interface ShownDelivery {
  readonly state: string;
  readonly attempts: readonly { readonly status: number | null; readonly error: string | null }[];
}

/** The one delivery of a job, as soon as it is as wished. */
async function delivery(
  server: ServerProcess,
  { id }: ClientJob,
  isWished: (delivery: ShownDelivery) => boolean,
): Promise<ShownDelivery> {
  for (;;) {
    const path = `/jobs/${id}/deliveries`;
    const { deliveries } = await server.get<{ deliveries: ShownDelivery[] }>(path);
    const [first] = deliveries;
    if (first && isWished(first)) return first;
  }
}

const isOver = ({ state }: ShownDelivery) => state !== "pending";
const wasTried = ({ attempts }: ShownDelivery) => attempts.length > 0;

test("the end of a job is told once, signed, and never before the job has ended", async () => {
  await using server = await start();
  const seen: ClientJob[] = [];
  await using receiver = await WebhookReceiver.listen(async ({ event }) => {
    seen.push(await server.get<ClientJob>(`/jobs/${event.data.id}`));
    return 204;
  });
  const job = await double(server, `${receiver.url}/hook?a=1`);
  const [webhook] = await receiver.arrived(1);
  const verified = new Webhook(secret).verify(webhook?.body ?? "", webhook?.headers ?? {});
  const ended = await jobEnd(server, job.id);
  expect(verified).toEqual({ type: "job.succeeded", timestamp: ended.finishedAt, data: ended });
  expect(ended.result).toEqual({ value: 8 });
  expect(seen).toEqual([ended]);
  expect(webhook).toMatchObject({
    path: "/hook?a=1",
    headers: {
      "content-type": "application/json",
      "user-agent": expect.stringMatching(/^manycore\/\d/) as string,
      "webhook-id": expect.stringContaining(`msg_${job.id}_1_`) as string,
    },
  });
  expect(await delivery(server, job, isOver)).toMatchObject({
    state: "delivered",
    attempts: [{ status: 204, error: null }],
  });
  expect(receiver.received).toHaveLength(1);
});

test("each way to end is told", async () => {
  await using server = await start();
  await using receiver = await WebhookReceiver.listen();
  const onEnd = { url: receiver.url };
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const cancelled = await submitJob(server, "double", { value: 1 }, { onEnd, runAt: later });
  await fetch(new URL(`/jobs/${cancelled.id}`, server.url), { method: "DELETE" });
  await submitJob(server, "throws", { message: "no" }, { onEnd, maxAttempts: 1 });
  const webhooks = await receiver.arrived(2);
  expect(webhooks.map(({ event }) => event.type).toSorted()).toEqual([
    "job.cancelled",
    "job.failed",
  ]);
});

describe("what does not arrive is sent again", () => {
  test("the receiver was down, or answered 500", async () => {
    await using server = await start();
    const statuses = [500];
    const first = await WebhookReceiver.listen();
    const { port, url } = first;
    await first[Symbol.asyncDispose]();
    const job = await double(server, url);
    const tried = await delivery(server, job, wasTried);
    expect(tried.attempts[0]?.error).toMatch(/ECONNREFUSED/);
    await using receiver = await WebhookReceiver.listen(() => statuses.shift() ?? 200, port);
    await delivery(server, job, ({ attempts }) => attempts.length === 2);
    await server.post(`/jobs/${job.id}/deliveries/retry`, {});
    const [refused, accepted] = await receiver.arrived(2);
    expect(accepted?.headers["webhook-id"]).toBe(refused?.headers["webhook-id"]);
    expect(accepted?.body).toBe(refused?.body);
    const { attempts } = await delivery(server, job, isOver);
    expect(attempts.map(({ status }) => status)).toEqual([null, 500, 200]);
  });

  test("a redirect is not followed", async () => {
    await using server = await start();
    await using receiver = await WebhookReceiver.listen(() => 302);
    const job = await double(server, receiver.url);
    const { attempts } = await delivery(server, job, wasTried);
    expect(attempts[0]).toMatchObject({ status: 302, error: expect.stringMatching(/redirect/) });
    expect(receiver.received.every(({ path }) => path === "/")).toBe(true);
  });

  test("410 ends it at once, and the log says so; by hand it is sent again", async () => {
    await using server = await start();
    const statuses = [410];
    await using receiver = await WebhookReceiver.listen(() => statuses.shift() ?? 200);
    const job = await double(server, `${receiver.url}/?token=secret`);
    expect(await delivery(server, job, isOver)).toMatchObject({ state: "failed" });
    await server.printed(/a webhook did not arrive/);
    const line = server.log.find(({ msg }) => String(msg).startsWith("a webhook did not"));
    expect(line).toMatchObject({ job: job.id, host: new URL(receiver.url).host, tries: 1 });
    expect(server.stderr).not.toContain("token=secret");
    const retried = await server.post(`/jobs/${job.id}/deliveries/retry`, {});
    expect(retried.status).toBe(202);
    await receiver.arrived(2);
    const { attempts } = await delivery(server, job, ({ state }) => state === "delivered");
    expect(attempts.map(({ status }) => status)).toEqual([410, 200]);
  });
});

test("a host that does not answer gets four at a time, and keeps no other waiting", async () => {
  await using server = await start();
  await using slow = await WebhookReceiver.listen(() => 0);
  await using quick = await WebhookReceiver.listen();
  for (let count = 0; count < 8; count++) await double(server, slow.url);
  await slow.arrived(4);
  const job = await double(server, quick.url.replace("127.0.0.1", "localhost"));
  await quick.arrived(1);
  await delivery(server, job, isOver);
  expect(slow.received).toHaveLength(4);
});

describe("what is killed or stopped", () => {
  test("the server, before it hears of the answer: sent again by the next one", async () => {
    const first = await start();
    await using receiver = await WebhookReceiver.listen(() => {
      if (receiver.received.length > 0) return 204;
      first.child.kill("SIGKILL");
      return 0;
    });
    const job = await double(first, receiver.url);
    await receiver.arrived(1);
    await first[Symbol.asyncDispose]();
    await using second = await start();
    const [before, after] = await receiver.arrived(2);
    expect(after?.headers["webhook-id"]).toBe(before?.headers["webhook-id"]);
    expect(after?.event.data).toMatchObject({ id: job.id, state: "succeeded" });
    expect(await delivery(second, job, isOver)).toMatchObject({ state: "delivered" });
    expect(receiver.received).toHaveLength(2);
  });

  test("a server without --webhooks keeps it for one that has them", async () => {
    const first = await start();
    await using receiver = await WebhookReceiver.listen();
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const more = { runAt: later, onEnd: { url: receiver.url } };
    const job = await submitJob(first, "double", { value: 1 }, more);
    await first[Symbol.asyncDispose]();
    {
      await using without = await ServerProcess.start(flags.slice(0, -4));
      await fetch(new URL(`/jobs/${job.id}`, without.url), { method: "DELETE" });
      const shown = await delivery(without, job, () => true);
      expect(shown).toMatchObject({ state: "pending", attempts: [] });
    }
    await using third = await start();
    await receiver.arrived(1);
    expect(await delivery(third, job, isOver)).toMatchObject({ state: "delivered" });
  });

  test("a stop does not wait for a receiver that does not answer", async () => {
    const server = await start();
    await using receiver = await WebhookReceiver.listen(() => 0);
    await double(server, receiver.url);
    await receiver.arrived(1);
    const from = performance.now();
    server.child.kill("SIGTERM");
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - from).toBeLessThan(5000);
    await using next = await start();
    expect(await receiver.arrived(2)).toHaveLength(2);
    expect(next.url).toMatch(/^http/);
  });
});

test("the receiver in docs/webhooks.md takes a webhook, once, and refuses a forged one", async () => {
  const page = readFileSync(new URL("../../docs/webhooks.md", import.meta.url), "utf8");
  const [, code = ""] = /^```js\n([\s\S]*?)^```/m.exec(page) ?? [];
  writeFileSync(folder.file("receiver.mjs"), code);
  await using free = await WebhookReceiver.listen();
  const { port, url } = free;
  await free[Symbol.asyncDispose]();
  const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) };
  const receiver = spawn(process.execPath, [folder.file("receiver.mjs")], { env });
  using _end = { [Symbol.dispose]: () => void receiver.kill() };
  const lines: string[] = [];
  receiver.stdout.setEncoding("utf8").on("data", (text: string) => lines.push(text));
  await using server = await start();
  const job = await double(server, `${url}/hook`);
  const told = await delivery(server, job, isOver);
  expect(told.attempts.at(-1)).toMatchObject({ status: 204 });
  expect(lines.join("")).toMatch(new RegExp(`^job.succeeded ${job.id} { value: 8 }\n$`));
  const forged = { type: "job.failed", data: {} };
  const headers = {
    "webhook-id": "msg_a_1",
    "webhook-timestamp": "1",
    "webhook-signature": "v1,a",
  };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(forged) });
  expect(answer.status).toBe(401);
  expect(lines).toHaveLength(1);
});

describe("the secret", () => {
  test("is needed: without one the server does not start, and says how to make one", async () => {
    const server = ServerProcess.spawn(flags.slice(0, -2));
    expect(await server.exited).toMatchObject({ code: 1 });
    expect(server.stderr).toMatch(/--webhooks needs a secret.*node -p/);
  });

  test("may come from the environment, which no worker inherits, and several sign each webhook together", async () => {
    const other = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
    const env = { MANYCORE_WEBHOOK_SECRET: other };
    await using server = await ServerProcess.start(flags, env);
    for (const pid of await server.workers()) {
      expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain(other);
    }
    await using receiver = await WebhookReceiver.listen();
    await double(server, receiver.url);
    const [webhook] = await receiver.arrived(1);
    for (const each of [secret, other]) {
      new Webhook(each).verify(webhook?.body ?? "", webhook?.headers ?? {});
    }
  });
});

import { Agent, type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { RawClient } from "../helpers/raw-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;

test.each(["single", "threads"])(
  "mode %s sheds what is over its bound, and stays well",
  async (mode) => {
    const flags = ["--mode", mode, "--cores", "1", "--max-pending", "5", "--queue-timeout", "1m"];
    await using server = await ServerProcess.start([...flags, "--tasks", tasks]);
    // A busy worker takes one new connection a turn from the primary, hence fifty that it has.
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    await all(50, () => send(server, agent, "GET", "/"));
    const running = all(50, () => send(server, agent, "POST", "/tasks/spin", { ms: 50 }));
    expect(await server.get("/livez")).toMatchObject({ status: "alive" });
    const answers = await running;

    const served = answers.filter(({ status }) => status === 200);
    const shed = answers.filter(({ status }) => status === 503);
    expect(served.length + shed.length).toBe(50);
    expect(served.length, "one computes, five wait").toBeGreaterThanOrEqual(6);
    expect(shed.length).toBeGreaterThan(0);
    for (const { retryAfter, body } of shed) {
      expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
      expect(body).toMatchObject({
        type: "/problems/overloaded",
        detail: expect.stringContaining("--max-pending"),
      });
    }
    expect((await server.post("/tasks/spin", { ms: 1 })).status).toBe(200);
    agent.destroy();
  },
);

test("a client that leaves takes its waiting run with it", async () => {
  const flags = ["--mode", "threads", "--threads", "1", "--max-pending", "1", "--tasks", tasks];
  await using server = await ServerProcess.start(flags);
  const running = server.post("/tasks/spin", { ms: 1000 });
  await server.printed(/spinning/);
  const leaving = await RawClient.connect(server.url);
  await leaving.arrives("/hash?input=a");
  const full = await server.post("/tasks/double", { value: 1 });
  expect(full.status, "the one place to wait is taken").toBe(503);
  leaving.socket.destroy();
  await leaving.closed;
  await server.get("/livez");
  const next = await server.post("/tasks/double", { value: 1 });
  expect(next.status, "the place is free again").toBe(200);
  expect((await running).status).toBe(200);
});

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly body: unknown;
}

const all = (count: number, send: () => Promise<Answer>) =>
  Promise.all(Array.from({ length: count }, send));

async function send(
  server: ServerProcess,
  agent: Agent,
  method: string,
  path: string,
  input?: unknown,
): Promise<Answer> {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request(new URL(path, server.url), { agent, method, headers }, resolve);
  sent.on("error", reject);
  sent.end(input === undefined ? undefined : JSON.stringify(input));
  const response = await promise;
  const retryAfter = response.headers["retry-after"];
  return { status: response.statusCode, retryAfter, body: await json(response) };
}

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RedisServer, redisMissing, whySkipped } from "../helpers/redis-server.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const job = JSON.stringify({ task: "hash", input: { input: "a", iterations: 1 } });
const headers = { "content-type": "application/json" };

describe.skipIf(redisMissing)(`a server whose Redis is away${whySkipped}`, () => {
  let redis: RedisServer;
  let server: ServerProcess | undefined;
  beforeEach(async () => {
    redis = await RedisServer.start();
  });
  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  const start = async () => {
    server = await ServerProcess.start(["--queue", redis.url, "--workers", "1"]);
    return server;
  };
  const ready = async () => (await fetch(`${server?.url}/readyz`)).status;
  const submit = () => fetch(`${server?.url}/jobs`, { method: "POST", headers, body: job });
  const idOf = async (answer: Response) => ((await answer.json()) as { id: string }).id;
  const ends = async (id: string) => {
    const answer = await fetch(`${server?.url}/jobs/${id}`, { headers: { prefer: "wait=60" } });
    return (await answer.json()) as { state: string };
  };
  async function readyBecomes(status: number): Promise<void> {
    while ((await ready()) !== status) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  test("serves from its boot on, says why it takes no jobs, and takes them when it is there", async () => {
    await redis.stop();
    const { url } = await start();
    await server?.printed(/cannot be written: nothing listens there.*ECONNREFUSED/);
    expect(await ready()).toBe(503);
    const refused = await submit();
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({
      type: "/problems/queue-unavailable",
      detail: expect.stringMatching(/cannot be used now.*Idempotency-Key/),
    });
    const run = await fetch(`${url}/tasks/hash`, {
      ...{ method: "POST", headers, body: '{"input":"a","iterations":1}' },
    });
    expect(run.status).toBe(200);
    await redis.restart();
    await readyBecomes(200);
    expect(await ends(await idOf(await submit()))).toMatchObject({ state: "succeeded" });
  });

  test("keeps what it had accepted when Redis is killed, and goes on by itself", async () => {
    await start();
    const ids: string[] = [];
    for (let count = 0; count < 20; count++) ids.push(await idOf(await submit()));
    await redis.kill();
    await readyBecomes(503);
    await redis.restart();
    await readyBecomes(200);
    for (const id of ids) expect(await ends(id)).toMatchObject({ state: "succeeded" });
  });

  test("says loudly that Redis came back empty, and takes new jobs under other ids", async () => {
    await start();
    const id = await idOf(await submit());
    expect(await ends(id)).toMatchObject({ state: "succeeded" });
    await redis.restart({ isEmpty: true });
    await server?.printed(/has lost its data: the jobs that it had accepted are gone/);
    let answer = await submit();
    while (answer.status !== 202) answer = await submit();
    const next = await idOf(answer);
    expect(await ends(next)).toMatchObject({ state: "succeeded" });
    expect((await fetch(`${server?.url}/jobs/${id}`)).status).toBe(404);
  });
});

import { Agent, get } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RawClient } from "../helpers/raw-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

let server: ServerProcess;

beforeAll(async () => {
  const quotas = ["--rate-limit", "10/1h", "--trust-proxy", "loopback"];
  server = await ServerProcess.start(["--workers", "2", ...quotas]);
});

afterAll(() => server[Symbol.asyncDispose]());

interface Answer {
  readonly status: number | undefined;
  readonly worker: number | undefined;
  readonly left: string | undefined;
}

/** Each over a connection of its own, so that they reach every worker. */
function ask(client: string): Promise<Answer> {
  const headers = { accept: "application/json", "x-forwarded-for": client };
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    get(new URL("/", server.url), { agent, headers }, async (response) => {
      const { worker } = JSON.parse((await buffer(response)).toString()) as { worker?: number };
      const left = /r=(\d+)/.exec(String(response.headers["ratelimit"]))?.[1];
      resolve({ status: response.statusCode, worker, left });
    }).on("error", reject);
  });
}

test("all workers count together, and each client for itself", async () => {
  const passed: Answer[] = [];
  // One after the other, so that both workers get some.
  for (let left = 9; left >= 5; left--) passed.push(await ask("192.0.2.1"));
  const answers = await Promise.all(Array.from({ length: 25 }, () => ask("192.0.2.1")));
  passed.push(...answers.filter(({ status }) => status === 200));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  expect(passed.map(({ left }) => Number(left)).sort((a, b) => b - a)).toEqual([
    9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
  ]);
  expect(new Set(passed.map(({ worker }) => worker))).toEqual(new Set([1, 2]));
  expect(await ask("192.0.2.2")).toMatchObject({ status: 200, left: "9" });
});

test("the end of the workers gives no client new requests", async () => {
  await Promise.all(Array.from({ length: 12 }, () => ask("192.0.2.3")));
  for (const pid of await server.workers()) {
    process.kill(pid, "SIGKILL");
    await server.printed(new RegExp(`worker \\d \\(pid ${pid}\\) ended`));
  }
  await server.printed(/is ready[\s\S]*is ready/); // The replacements; the first boots have no line.
  expect(await ask("192.0.2.3")).toMatchObject({ status: 429 });
});

test("while the primary does not answer, requests go on, and the log says so", async () => {
  const client = await RawClient.connect(server.url);
  const request = "GET /tasks HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.4\r\n\r\n";
  client.send(request);
  await client.receives(/"requests";r=9/);
  server.child.kill("SIGSTOP");
  try {
    client.received = "";
    client.send(request);
    await client.receives(/^HTTP\/1\.1 200 /);
    await server.printed(/uncounted by --rate-limit/);
  } finally {
    server.child.kill("SIGCONT");
  }
  client.received = "";
  client.send(request);
  await client.receives(/"requests";r=7/); // The primary counts what it missed.
  client.socket.destroy();
});

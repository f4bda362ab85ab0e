import { expect, test } from "vitest";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;

test("a client that floods the server keeps another one neither out nor waiting for long", async () => {
  const flags = ["--mode", "threads", "--threads", "1", "--max-pending", "10", "--tasks", tasks];
  await using server = await ServerProcess.start([...flags, "--trust-proxy", "loopback"]);
  const send = async (client: string, ms: number) => {
    const response = await fetch(`${server.url}/tasks/spin`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": client },
      body: JSON.stringify({ ms }),
    });
    await response.arrayBuffer();
    return { status: response.status, retryAfter: response.headers.get("retry-after") };
  };

  const flood = Array.from({ length: 30 }, () => send("192.0.2.1", 200));
  const refused = Promise.withResolvers<void>();
  let served = 0;
  for (const each of flood) {
    void each.then(({ status }) => {
      if (status === 200) served++;
      else refused.resolve();
    });
  }
  await refused.promise; // The line is full.
  for (let sent = 0; sent < 3; sent++) {
    const before = served;
    expect(await send("192.0.2.2", 1)).toMatchObject({ status: 200 });
    expect(served - before, "few of the ten that waited went first").toBeLessThanOrEqual(5);
  }

  const shed = (await Promise.all(flood)).filter(({ status }) => status === 503);
  expect(served).toBeGreaterThanOrEqual(8);
  expect(shed.length + served).toBe(30);
  for (const { retryAfter } of shed) expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
});

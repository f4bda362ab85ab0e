import { once } from "node:events";
import { Agent, get } from "node:http";
import { expect, test } from "vitest";
import { RawClient } from "../helpers/raw-client.ts";
import { alive, gone, ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
const oneThread = ["--mode", "threads", "--threads", "1", "--tasks", tasks];

/** Posts a run, and resolves when it computes. */
async function spinning(
  server: ServerProcess,
  ms?: number,
): Promise<{ answer: Promise<Response> }> {
  const answer = server.post("/tasks/spin", { ms });
  answer.catch(() => {}); // Where it is lost, the test says so.
  await server.printed(/spinning/);
  return { answer };
}

test.each(["single", "threads"])("mode %s: SIGTERM lets what runs and waits end", async (mode) => {
  const flags = ["--mode", mode, "--cores", "1", "--tasks", tasks];
  await using server = await ServerProcess.start(flags);
  const [worker = 0] = await server.workers();
  const waiting = await RawClient.connect(server.url);
  const { answer } = await spinning(server, 500);
  await waiting.arrives("/hash?input=a&iterations=1");
  server.child.kill("SIGTERM");
  expect((await answer).status).toBe(200);
  await waiting.closed;
  expect(waiting.received).toMatch(/^HTTP\/1\.1 200 /m);
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(await alive(worker)).toBe(false);
});

test("signals to every process, twice, are one stop: what runs is answered", async () => {
  await using server = await ServerProcess.start(oneThread);
  const [worker = 0] = await server.workers();
  const { answer } = await spinning(server, 600);
  server.child.kill("SIGTERM");
  process.kill(worker, "SIGTERM");
  while (
    await fetch(new URL("/readyz", server.url))
      .then(({ ok }) => ok)
      .catch(() => false)
  );
  process.kill(worker, "SIGTERM");
  expect((await answer).status).toBe(200);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test("an idle keep-alive connection does not hold the server up", async () => {
  await using server = await ServerProcess.start(["--mode", "single"]);
  const agent = new Agent({ keepAlive: true });
  const [response] = await once(get(server.url, { agent }), "response");
  response.resume();
  await once(response, "end");
  server.child.kill("SIGTERM");
  expect(await server.exited).toEqual({ code: 0, signal: null });
  agent.destroy();
});

test("an answer that is being sent is sent whole, however slowly it is read", async () => {
  await using server = await ServerProcess.start(oneThread);
  const client = await RawClient.connect(server.url);
  const body = JSON.stringify({ length: 8_000_000 });
  const head = `POST /tasks/bytes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/octet-stream\r\nContent-Length: ${body.length}\r\n\r\n`;
  client.socket.setEncoding("latin1");
  client.send(head + body);
  await client.receives(/\r\n\r\n/);
  client.socket.pause();
  server.child.kill("SIGTERM");
  await server.printed(/finishing what runs/);
  // Longer than the server looks out for new connections before it closes the idle ones.
  await new Promise((resolve) => setTimeout(resolve, 500));
  client.socket.resume();
  await client.closed;
  const [headers = ""] = client.received.split("\r\n\r\n");
  expect(client.received.length - headers.length - 4).toBe(8_000_000);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test("half a request does not hold the server up for longer than its own deadline", async () => {
  const flags = [...oneThread, "--headers-timeout", "500ms", "--request-timeout", "1s"];
  await using server = await ServerProcess.start(flags);
  const client = await RawClient.connect(server.url);
  client.send("GET / HTTP/1.1\r\nX-Half: ");
  await server.get("/livez");
  server.child.kill("SIGTERM");
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test("connections that wait for a busy worker are served before it stops", async () => {
  const flags = ["--mode", "single", "--tasks", tasks];
  await using server = await ServerProcess.start(flags);
  const { answer } = await spinning(server, 300);
  const clients = await Promise.all([1, 2, 3, 4].map(() => RawClient.connect(server.url)));
  const body = JSON.stringify({ ms: 200 });
  for (const client of clients) {
    client.send(
      `POST /tasks/spin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }
  server.child.kill("SIGTERM");
  expect((await answer).status).toBe(200);
  await Promise.all(clients.map(({ closed }) => closed));
  for (const { received } of clients) expect(received).toMatch(/^HTTP\/1\.1 200 /);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test.each(["round-robin", "os", "reuse-port"])(
  "%s: clients that go on connecting are refused, and do not hold the stop up",
  async (balance) => {
    // Half of it is what connections that are being handed on may take: longer than this test may.
    const flags = ["--workers", "2", "--balance", balance, "--drain-timeout", "10m"];
    await using server = await ServerProcess.start(flags);
    const { url } = server;
    const refused = Promise.withResolvers<unknown>();
    let asking = true;
    server.child.kill("SIGTERM");
    const asked = (async () => {
      while (asking) {
        await fetch(url, { headers: { connection: "close" } }).then(
          (r) => r.text(),
          refused.resolve,
        );
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    expect(await server.exited).toEqual({ code: 0, signal: null });
    await refused.promise;
    asking = false;
    await asked;
  },
);

test("what cannot start before the drain time is over is told to go elsewhere", async () => {
  await using server = await ServerProcess.start([...oneThread, "--drain-timeout", "2s"]);
  const waiting = await RawClient.connect(server.url);
  const { answer } = await spinning(server);
  await waiting.arrives("/hash?input=a");
  server.child.kill("SIGTERM");
  await waiting.closed;
  expect(waiting.received).toMatch(/^HTTP\/1\.1 503 /m);
  expect(waiting.received).toContain("/problems/draining");
  await expect(answer).rejects.toThrow();
});

test("what runs past the drain time is ended, and the exit code tells", async () => {
  await using server = await ServerProcess.start([...oneThread, "--drain-timeout", "700ms"]);
  const [worker = 0] = await server.workers();
  const { answer } = await spinning(server);
  server.child.kill("SIGTERM");
  await expect(answer).rejects.toThrow();
  expect(await server.exited).toEqual({ code: 1, signal: null });
  await gone(worker);
  expect(server.stderr).toContain("--drain-timeout");
});

test("a drain time shorter than the last answers take is not warned about by Node", async () => {
  await using server = await ServerProcess.start([...oneThread, "--drain-timeout", "300ms"]);
  server.child.kill("SIGTERM");
  await server.exited;
  expect(server.stderr).not.toContain("Warning");
});

test("a second signal ends at once", async () => {
  await using server = await ServerProcess.start(oneThread);
  const [worker = 0] = await server.workers();
  const { answer } = await spinning(server);
  server.child.kill("SIGINT");
  await server.printed(/finishing what runs/);
  // npm passes on the Ctrl-C that the terminal has sent already: two within half a second are one.
  server.child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(server.child.exitCode).toBeNull();
  server.child.kill("SIGINT");
  expect(await server.exited).toEqual({ code: 130, signal: null });
  await expect(answer).rejects.toThrow();
  await gone(worker);
});

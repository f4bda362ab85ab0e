import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { RawClient } from "../helpers/raw-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const limited = (args: readonly string[]) =>
  ServerProcess.startBy('ulimit -n 100 && exec "$0" "$@"', args);

/** Resolves when the server answers: connections that are being closed may still be counted. */
async function answered(server: ServerProcess): Promise<void> {
  while (!(await server.get("/").catch(() => undefined)));
}

test.each([
  ["threads", "round-robin"],
  ["cluster", "round-robin"],
  ["single", "os"],
  ["libuv", "reuse-port"],
])(
  "mode %s, --balance %s: more connections than file descriptors are closed and told of, and then it serves on",
  async (mode, balance) => {
    await using server = await limited(["--mode", mode, "--balance", balance, "--cores", "2"]);
    expect(server.log).toContainEqual(
      expect.objectContaining({ level: "warn", msg: expect.stringContaining("ulimit -n") }),
    );
    const { hostname, port } = new URL(server.url);
    const sockets = Array.from({ length: 200 }, () => connect(Number(port), hostname));
    const came = sockets.map((socket) =>
      once(
        socket.on("error", () => {}),
        "connect",
      ),
    );
    await Promise.allSettled(came);
    await server.printed(/"level":"error".*"msg":"Connections .*closed: .*ulimit -n/);
    for (const socket of sockets) socket.destroy();
    await answered(server);
    const told = server.log.filter(({ level }) => level === "error");
    expect(told.length).toBeLessThan(10); // Not once a connection.
    server.child.kill("SIGTERM");
    expect(await server.exited).toEqual({ code: 0, signal: null });
  },
);

test("a worker whose task takes every file descriptor serves again when it gives them back", async () => {
  const tasks = new URL("../fixtures/descriptors.ts", import.meta.url).pathname;
  await using server = await limited(["--mode", "single", "--tasks", tasks]);
  const client = await RawClient.connect(server.url);
  const run = async (take: boolean) => {
    const body = JSON.stringify({ take });
    client.received = "";
    client.send(
      `POST /tasks/descriptors HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await client.receives(/"taken":\d+/);
  };
  await run(true);
  // Each of them is closed, not only the first one: the worker was the only one to take them.
  for (let count = 0; count < 3; count++) await (await RawClient.connect(server.url)).closed;
  await server.printed(/"msg":"Connections are closed: worker 1 has no file descriptor left/);
  await run(false);
  await answered(server);
});

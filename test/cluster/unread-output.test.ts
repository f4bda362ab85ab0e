import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess, serverCommand } from "../helpers/server-process.ts";
import { Terminal, terminalMissing, whyNoTerminal } from "../helpers/terminal.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
const flags = ["--mode", "cluster", "--workers", "1", "--tasks", tasks];

async function logMany(server: Pick<ServerProcess, "post">): Promise<void> {
  for (let count = 0; count < 20; count++) {
    const failed = await server.post("/tasks/throws", { message: "x".repeat(10_000) });
    expect(failed.status).toBe(500);
  }
}

/** More than a process keeps of what it cannot write. */
async function sayMuch(server: Pick<ServerProcess, "post">): Promise<void> {
  for (let count = 0; count < 6; count++) {
    const said = await server.post("/tasks/says", { text: "x".repeat(900_000) });
    expect(said.status).toBe(200);
  }
}

/** Everything goes on while nobody reads; the first reader is told what is missing. */
async function survivesUnread(
  server: ServerProcess,
  read: (take: (text: string) => void) => void,
): Promise<void> {
  await logMany(server);
  await sayMuch(server);
  expect(await server.get("/")).toMatchObject({ message: "hello world" });
  let text = "";
  const { promise: told, resolve } = Promise.withResolvers<void>();
  read((more) => {
    text += more;
    if (/"msg":"\d+ lines of stderr are missing here: nobody read it"/.test(text)) resolve();
  });
  await told;
  // What was written first has been kept: `toMatch` would print megabytes.
  expect(/"level":"error".*"msg":"Task throws failed/.test(text)).toBe(true);
}

test("a log in a pipe that nobody reads costs its lines, and nothing else", async () => {
  using folder = new Folder();
  const pipe = folder.file("log");
  execFileSync("mkfifo", [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  await using server = await ServerProcess.startBy(`exec "$0" "$@" 2>${pipe}`, flags);
  const log = new Socket({ fd: reader, writable: false }).setEncoding("utf8").pause();
  await survivesUnread(server, (take) => log.on("data", take).resume());
  log.pause();
  await logMany(server);
  server.child.kill("SIGTERM");
  expect(await server.exited).toEqual({ code: 0, signal: null });
  log.destroy();
});

test("both outputs in a socket that nobody reads, as systemd's would be, cost their lines, and nothing else", async () => {
  await using server = await ServerProcess.start(flags);
  const { stdout, stderr } = server.child;
  stdout?.pause();
  stderr?.pause();
  await survivesUnread(server, (take) => stderr?.on("data", take).resume());
  stdout?.resume();
  await server.printed(/"msg":"\d+ lines of stdout are missing here: nobody read it"/);
  server.child.kill("SIGTERM");
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test.skipIf(process.platform !== "linux")(
  "a socket that nobody reads does not hold up the end, though each worker's exit makes its writes wait (Linux)",
  async () => {
    await using server = await ServerProcess.start([...flags, "--workers", "2"]);
    const { child } = server;
    child.stdout?.pause();
    child.stderr?.pause();
    await logMany(server);
    await sayMuch(server);
    child.kill("SIGTERM");
    // Not `exited`, which waits until all has been read.
    expect(await once(child, "exit")).toEqual([0, null]);
    child.stdout?.resume();
    child.stderr?.resume();
  },
);

test.skipIf(terminalMissing)(
  `a terminal that is stopped (Ctrl-S) holds nothing up, and goes on with Ctrl-Q${whyNoTerminal}`,
  async () => {
    const command = [...serverCommand, "--port", "0", "--queue", "none", ...flags];
    await using terminal = new Terminal(command);
    const [url] = await terminal.shows(/http:\/\/[\w.:]+/);
    const post = (path: string, body: unknown) =>
      fetch(new URL(path, url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    terminal.type("\x13");
    await logMany({ post });
    await sayMuch({ post });
    expect((await fetch(url)).status).toBe(200);
    expect(terminal.shown).not.toContain("failed");
    terminal.type("\x11");
    await terminal.shows(/\d+ lines of stdout and stderr are missing here: nobody read it/);
    expect(/Task throws failed/.test(terminal.shown)).toBe(true);
    terminal.type("\x03");
    expect(await terminal.exited).toBe(0);
  },
);

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { gone, ServerProcess, serverCommand } from "../helpers/server-process.ts";
import { Terminal, terminalMissing, whyNoTerminal } from "../helpers/terminal.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;

test.skipIf(terminalMissing).each(["", "nohup "])(
  `%sa terminal that closes: what runs is answered, then the server ends${whyNoTerminal}`,
  async (nohup) => {
    using folder = new Folder();
    const log = folder.file("log");
    const command = [...serverCommand, "--port", "0", "--queue", "none", "--tasks", tasks];
    // A shell for people: it tells its jobs when the terminal closes.
    await using terminal = new Terminal(["bash", "--norc", "-i"]);
    terminal.type(`${nohup}${command.join(" ")} --log-format json 2>${log} | tee -i /dev/null\n`);
    const [, url, pid] = await terminal.shows(/(http:\/\/[\w.:]+) .*\(pid (\d+);/);
    const answer = fetch(new URL("/tasks/spin", url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ms: 500 }),
    });
    while (!(await readFile(log, "utf8")).includes("spinning")) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    terminal.close();
    expect((await answer).status).toBe(200);
    await gone(Number(pid));
    const lines = await readFile(log, "utf8");
    expect(lines).toContain('"msg":"SIGHUP: finishing what runs');
    expect(lines).toContain('"msg":"Stopped"');
  },
);

/** Resolves when the process has a handler for SIGHUP, of which Node has none itself (Linux). */
async function keepsSignals(pid: number): Promise<void> {
  for (;;) {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const caught = BigInt(`0x${/^SigCgt:\s*(\w+)/m.exec(status)?.[1]}`);
    if ((caught & 1n) === 1n) return;
  }
}

async function childOf({ pid }: ChildProcess): Promise<number> {
  for (;;) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
    if (children.trim() !== "") return Number(children.trim());
  }
}

const flags = ["--port", "0", "--queue", "none", "--log-format", "json"];

test("a signal that comes while the server is still being loaded stops it", async () => {
  const server = ServerProcess.spawn([]);
  await keepsSignals(server.child.pid ?? 0);
  server.child.kill("SIGTERM");
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.stdout).toBe("");
});

test("where there is no server to stop, it ends the command", async () => {
  const command = spawn(process.execPath, [serverCommand[1], "stress", "http://127.0.0.1:9"]);
  await keepsSignals(command.pid ?? 0);
  command.kill("SIGHUP");
  expect(await once(command, "exit")).toEqual([null, "SIGHUP"]);
});

const asProcessOne = ["--pid", "--fork", "--mount-proc"];
const cannotBeOne =
  spawnSync("unshare", [...asProcessOne, "true"]).status !== 0 && !process.env["CI"];
const why = cannotBeOne ? " (skipped: unshare --pid needs root)" : "";

test.skipIf(cannotBeOne)(
  `as process 1 it takes the same signal, and says what it cannot do${why}`,
  async () => {
    const start = () => spawn("unshare", [...asProcessOne, ...serverCommand, ...flags]);
    const early = start();
    const pid = await childOf(early);
    await keepsSignals(pid);
    process.kill(pid, "SIGTERM");
    expect(await once(early, "exit")).toEqual([0, null]);

    const script = `exec unshare ${asProcessOne.join(" ")} "$0" "$@"`;
    await using server = await ServerProcess.startBy(script, ["--workers", "1", "--tasks", tasks]);
    await server.printed(/"msg":"This is process 1, .*docker run --init/);
    process.kill(await childOf(server.child), "SIGTERM");
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.stderr).toContain('"msg":"Stopped"');
  },
);

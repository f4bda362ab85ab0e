/** The setups and teardowns of tasks, in real servers. */
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/resources.ts", import.meta.url).pathname;

let folder: Folder;
let env: Record<string, string>;
beforeEach(() => {
  folder = new Folder();
  env = { RESOURCES_RECORD: folder.file("record"), RESOURCES_FAULT: folder.file("fault") };
});
afterEach(() => folder[Symbol.dispose]());

const modes = [
  ["cluster", ["--mode", "cluster", "--workers", "2"]],
  ["threads", ["--mode", "threads", "--threads", "2"]],
] as const;

const record = () => readFileSync(folder.file("record"), "utf8").split("\n");
const times = (what: string) => record().filter((line) => line.startsWith(`${what} `)).length;

describe.each(modes)("%s", (_, flags) => {
  test.each([
    [
      "throws",
      ["TypeError: no model here", "resources.ts:31:", "[cause]: Error: the file is gone"],
    ],
    ["throws second", ["TypeError: no model here"]],
    ["rejects", ["'just a text'"]],
  ])("a setup that %s stops the start; its error is told whole and once", async (how, told) => {
    writeFileSync(folder.file("fault"), how);
    const server = ServerProcess.spawn([...flags, "--tasks", tasks], env);
    expect(await server.exited).toEqual({ code: 1, signal: null });
    const failures = server.log.filter(({ level }) => level !== "warn");
    expect(failures).toHaveLength(1);
    const message = String(failures[0]?.["msg"]);
    expect(message).toContain(`The setup of task model (${tasks}) failed: ${told[0]}`);
    for (const part of told) expect(message).toContain(part);
  });

  test("a setup that ends its process stops the start, and is named", async () => {
    writeFileSync(folder.file("fault"), "exits");
    const server = ServerProcess.spawn([...flags, "--tasks", tasks], env);
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.stderr).toContain(`setup of task model (${tasks})`);
    expect(server.stderr).toContain("process.exit");
  });

  test.each(["hangs", "blocks"])("a setup that %s is named at the boot deadline", async (how) => {
    writeFileSync(folder.file("fault"), how);
    const boot = ["--boot-timeout", "10s"];
    const server = ServerProcess.spawn([...flags, ...boot, "--tasks", tasks], env);
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.stderr).toContain(
      `was not ready within 10s: the setup of task model (${tasks}) has not ended.`,
    );
  });

  test("it ends before the server is ready, once in each place, and is torn down", async () => {
    await using server = await ServerProcess.start([...flags, "--tasks", tasks], env);
    expect(times("setup")).toBe(2);
    for (let run = 0; run < 4; run++) {
      const answer = await (await server.post("/tasks/model", {})).json();
      expect(answer).toMatchObject({ result: { resources: { threadId: expect.any(Number) } } });
    }
    server.child.kill("SIGTERM");
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect([times("setup"), times("teardown")]).toEqual([2, 2]);
  });

  test.each(["throws", "hangs"])("a teardown that %s is logged, and stops nothing", async (how) => {
    const more = { ...env, RESOURCES_TEARDOWN: how };
    const drain = ["--drain-timeout", "2s"];
    await using server = await ServerProcess.start([...flags, ...drain, "--tasks", tasks], more);
    server.child.kill("SIGTERM");
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.stderr).toContain(`The teardown of task model (${tasks})`);
  });
});

test("where runs go to threads, the event loop is set up with its first run", async () => {
  const flags = ["--mode", "threads", "--threads", "1", "--tasks", tasks];
  await using server = await ServerProcess.start(flags, env);
  expect(times("setup")).toBe(1);
  const inline = async () =>
    (await server.post("/tasks/model?executor=inline", {})).json() as Promise<object>;
  for (let run = 0; run < 2; run++) {
    expect(await inline()).toMatchObject({ result: { resources: { threadId: 0 } } });
  }
  expect(times("setup")).toBe(2);
});

/** A configuration file, in a folder where the server is started. */
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess, serverCommand } from "../helpers/server-process.ts";

const library = new URL("../../src/index.ts", import.meta.url).href;
const files: Readonly<Record<string, string>> = {
  "app/manycore.config.ts": `
    import { defineConfig } from ${JSON.stringify(library)};
    import { workers } from "./workers.ts";
    export default defineConfig({
      workers, mode: "hybrid", threads: 1, tasks: ["./tasks", "my-tasks"], bodyLimit: "1kb",
    });`,
  "app/workers.ts": "export const workers: number = 2;",
  "app/tasks/one.ts": taskOf("one"),
  "app/node_modules/my-tasks/package.json": '{ "type": "module", "exports": "./index.js" }',
  "app/node_modules/my-tasks/index.js": taskOf("packed"),
  "slow/manycore.config.mjs":
    'console.error("asking"); setInterval(() => {}, 1000); await new Promise(() => {});',
  "two/manycore.config.js": "export default {};",
  "two/manycore.config.json": "{}",
  "wrong/manycore.config.json": '{ "prot": 1, "runTimeout": 10 }',
};

function taskOf(name: string): string {
  return `import { defineTask, z } from ${JSON.stringify(library)};
    export const task = defineTask({
      name: "${name}", description: "Says its name.", input: z.object({}), example: {},
      run: () => "${name}",
    });`;
}

const folder = new Folder();
beforeAll(() => folder.write(files));
afterAll(() => folder[Symbol.dispose]());

const inFolder = (name: string) => `cd ${JSON.stringify(folder.file(name))} && exec "$0" "$@"`;

async function runs(server: ServerProcess): Promise<void> {
  for (const name of ["one", "packed"]) {
    const response = await server.post(`/tasks/${name}`, {});
    expect(await response.json()).toMatchObject({ result: name, run: { executor: "threads" } });
  }
  const large = await server.post("/tasks/one", { text: "x".repeat(2000) });
  expect(large.status).toBe(413);
}

test("the one of the working folder is read, and the start line names it", async () => {
  await using server = await ServerProcess.startBy(inFolder("app"), []);
  expect(server.stdout).toContain("2 workers x 1 slot, executor threads");
  expect(server.stdout).toContain("; configured by manycore.config.ts (pid ");
  await runs(server);
});

test("one of another folder has its paths and packages there; flags win over it", async () => {
  const flags = ["--config", "app/manycore.config.ts", "--workers", "1"];
  await using server = await ServerProcess.startBy(inFolder("."), flags);
  expect(server.stdout).toContain("1 worker x 1 slot, executor threads");
  expect(server.stdout).toContain("; configured by app/manycore.config.ts (pid ");
  await runs(server);
});

test("--config none reads none", async () => {
  const flags = ["--config", "none", "--workers", "1"];
  await using server = await ServerProcess.startBy(inFolder("wrong"), flags);
  expect(server.stdout).not.toContain("configured by");
});

test("a signal ends a server whose file is still loading", async () => {
  await using server = ServerProcess.spawn(["--config", folder.file("slow/manycore.config.mjs")]);
  await server.printed(/asking/);
  server.child.kill("SIGTERM");
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

describe("mistakes are told at once, and nothing is started", () => {
  test.each([
    [
      "two",
      [/^There are two configuration files, manycore\.config\.js and manycore\.config\.json/],
    ],
    [
      "wrong",
      [
        /^Unknown key "prot" in manycore\.config\.json\. Did you mean port\?$/,
        /^runTimeout in manycore\.config\.json: "10" is not allowed\. Add a unit/,
      ],
    ],
  ])("%s", async (name, messages) => {
    const [node, entry] = serverCommand;
    const started = new Promise((resolve) => {
      execFile(node, [entry], { cwd: folder.file(name) }, (error, _, log) => {
        const lines = log.trimEnd().split("\n");
        resolve([error?.code, lines.map((line) => (JSON.parse(line) as { msg: string }).msg)]);
      });
    });
    expect(await started).toEqual([2, messages.map((each) => expect.stringMatching(each))]);
  });
});

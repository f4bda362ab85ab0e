/** `manycore serve FILE FOLDER PACKAGE`, typed in a project that has them. */
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess, serverCommand } from "../helpers/server-process.ts";

const library = new URL("../../src/index.ts", import.meta.url).href;
const head = `import { defineTask, z } from ${JSON.stringify(library)};`;
const tasks = (...names: readonly string[]) =>
  `${head}\n${names
    .map(
      (name) =>
        `export const ${name} = defineTask({ name: "${name}", description: "Says its name.", input: z.strictObject({}), example: {}, run: () => "${name}" });`,
    )
    .join("\n")}`;
const untouchable = 'throw new Error("this module was loaded");';
const manifest = (exports: unknown) => JSON.stringify({ type: "module", exports });

const files: Readonly<Record<string, string>> = {
  "one.ts": `${tasks("one")}\nexport type Any = unknown;`,
  "tasks/a.mjs": tasks("fa"),
  "tasks/b.ts": `import { word } from "./words.ts";\n${tasks("fb")}\nexport const said: string = word;`,
  "tasks/words.ts": 'export const word: string = "no task";',
  "tasks/_later.mjs": untouchable,
  "tasks/a.test.mjs": untouchable,
  "helpers/words.mjs": "export const word = 1;",
  "empty/README.md": "",
  "again.mjs": tasks("again", "fa"),
  "wrong.mjs": "export const a = 1;\nexport const b = = 2;\n",
  "node_modules/my-tasks/package.json": manifest({ import: "./built/index.js" }),
  "node_modules/my-tasks/built/index.js": tasks("pa"),
  "node_modules/@me/tasks/package.json": manifest({ "./sub": "./sub.mjs", "./gone": "./gone.js" }),
  "node_modules/@me/tasks/sub.mjs": tasks("pb"),
  "node_modules/unbuilt/package.json": manifest("./index.ts"),
  "node_modules/unbuilt/index.ts": tasks("pc"),
  "node_modules/half-built/package.json": manifest("./index.js"),
  "node_modules/half-built/index.js": 'export * from "./more.ts";',
  "node_modules/half-built/more.ts": tasks("pd"),
};

const folder = new Folder();
beforeAll(() => folder.write(files));
afterAll(() => folder[Symbol.dispose]());

test("files, folders and packages are served, on the event loop and in threads", async () => {
  const words = ["./one.ts", "tasks", "my-tasks", "@me/tasks/sub"];
  const here = `cd ${JSON.stringify(folder.file("."))} && exec "$0" "$@"`;
  await using server = await ServerProcess.startBy(here, ["--mode", "hybrid", ...words]);
  for (const executor of ["inline", "threads"]) {
    for (const name of ["one", "fa", "fb", "pa", "pb"]) {
      const response = await server.post(`/tasks/${name}?executor=${executor}`, {});
      expect(await response.json()).toMatchObject({ result: name, run: { executor } });
    }
  }
});

interface Ended {
  readonly code: unknown;
  /** The lines of the log. */
  readonly lines: readonly Record<string, unknown>[];
}

function startIn(args: readonly string[]): Promise<Ended> {
  const [node, entry] = serverCommand;
  const flags = ["--port", "0", "--queue", "none", "--boot-timeout", "1m", "--log-format", "json"];
  return new Promise((resolve) => {
    execFile(
      node,
      [entry, "serve", ...args, ...flags],
      { cwd: folder.file(".") },
      (error, _, log) =>
        resolve({
          code: error?.code ?? 0,
          lines: log
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line)),
        }),
    );
  });
}

describe("what cannot be served is told once, on one line", () => {
  test.each([
    ["serv", 2, /^Unknown command "serv"\. Did you mean npm start\?$/],
    ["no-such", 2, /^Unexpected argument "no-such"\. There is no such file or folder here, and no/],
    ["no-such/sub", 2, /^Tasks no-such\/sub: there is no such path in \S+, and no such package/],
    ["./no-such.js", 2, /^Task file \.\/no-such\.js does not exist: give a path from/],
    ["./empty", 2, /^Folder \.\/empty has no task: there is no module/],
    ["./helpers", 1, /^Folder \.\/helpers has no task\. Task file helpers\/words\.mjs exports no/],
    ["@me/tasks", 2, /^Package @me\/tasks cannot be used: .*"exports".* in \S+package\.json$/],
    ["@me/tasks/gone", 2, /^Package @me\/tasks\/gone cannot be used: it has no file \S+gone\.js/],
    ["unbuilt", 2, /^unbuilt is TypeScript in node_modules \(node_modules\/unbuilt\/index\.ts\)/],
    ["half-built", 1, /half-built\/index\.js failed .* Have the package built to JavaScript/],
    ["./wrong.mjs", 1, /wrong\.mjs failed .*, at line 2 \(export const b = = 2;\): Unexpected/],
  ])("%s", async (word, code, message) => {
    const ended = await startIn([word, "--mode", "hybrid", "--cores", "6", "--workers", "3"]);
    const told = ended.lines.filter(({ level }) => level !== "warn");
    expect(told).toEqual([
      expect.objectContaining({ level: "fatal", msg: expect.stringMatching(message) }),
    ]);
    expect(ended.code).toBe(code);
  });

  test("a name that two files have, with both", async () => {
    const { code, lines } = await startIn(["./tasks", "./again.mjs", "--workers", "3"]);
    expect([code, lines.at(-1)?.["msg"]]).toEqual([
      1,
      expect.stringMatching(/^Task files tasks\/a\.mjs and \.\/again\.mjs have two tasks named fa/),
    ]);
  });
});

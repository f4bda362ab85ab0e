/** `manycore init`, and what a person does next. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { serverCommand } from "../helpers/server-process.ts";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../../", import.meta.url));

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder[Symbol.dispose]());

const [program, entry] = serverCommand;
const init = (...args: string[]) => run(program, [entry, "init", ...args], { cwd: folder.path });
const read = (name: string) => readFileSync(folder.file(name), "utf8");

/** The package, as npm would install it; the modules are those of this repository. */
function install(where = "."): void {
  const modules = folder.file(`${where}/node_modules`);
  mkdirSync(`${modules}/manycore`, { recursive: true });
  symlinkSync(`${repository}src`, `${modules}/manycore/src`);
  const exports = {
    ".": "./src/index.ts",
    "./testing": "./src/testing.ts",
    "./package.json": "./package.json",
  };
  const manifest = { name: "manycore", version: "0.0.0", type: "module", exports };
  writeFileSync(`${modules}/manycore/package.json`, JSON.stringify(manifest));
}

test("in an empty folder: the test passes", async () => {
  const { stdout } = await init("app");
  expect(stdout).toContain("app/tasks.ts");
  expect(stdout).toContain("Next: cd app && npm install && npm test && npm run dev");
  install("app");
  const tested = await run(program, ["--test", "tasks.test.ts"], { cwd: folder.file("app") });
  expect(tested.stdout).toMatch(/pass 2\n/);
  expect(JSON.parse(read("app/package.json"))).toMatchObject({
    type: "module",
    scripts: { start: "manycore serve", test: "node --test tasks.test.ts" },
  });
});

test("beside a package.json of npm init: its scripts stay, and CommonJS is no obstacle", async () => {
  const scripts = { test: 'echo "Error: no test specified" && exit 1', start: "node own.js" };
  writeFileSync(
    folder.file("package.json"),
    JSON.stringify({ name: "mine", type: "commonjs", scripts }),
  );
  await init();
  expect(JSON.parse(read("package.json"))).toMatchObject({
    ...{ name: "mine", type: "commonjs" },
    scripts: {
      test: "node --test tasks.test.mts",
      start: "node own.js",
      dev: "manycore serve --watch",
    },
  });
  install();
  const tested = await run(program, ["--test", "tasks.test.mts"], { cwd: folder.path });
  expect(tested.stdout).toMatch(/pass 2\n/);
});

test("beside a package.json that npm install alone has written: it becomes one of ES modules", async () => {
  const dependencies = { manycore: "file:manycore.tgz" };
  writeFileSync(folder.file("package.json"), JSON.stringify({ dependencies }));
  const { stdout } = await init();
  expect(stdout).toContain("  tasks.ts\n");
  expect(JSON.parse(read("package.json"))).toMatchObject({
    ...{ type: "module", dependencies },
    scripts: { test: "node --test tasks.test.ts" },
  });
});

test("a tsconfig.json that is there stays; the one that is written lets tsc check all", async () => {
  await init();
  install();
  mkdirSync(folder.file("node_modules/@types"), { recursive: true });
  symlinkSync(`${repository}node_modules/@types/node`, folder.file("node_modules/@types/node"));
  const tsc = `${repository}node_modules/typescript/bin/tsc`;
  await run(program, [tsc, "--skipLibCheck"], { cwd: folder.path });
  const own = new Folder();
  writeFileSync(own.file("tsconfig.json"), "{}");
  await run(program, [entry, "init"], { cwd: own.path });
  expect(readFileSync(own.file("tsconfig.json"), "utf8")).toBe("{}");
  own[Symbol.dispose]();
});

test("nothing is overwritten, and nothing is half written", async () => {
  writeFileSync(folder.file("tasks.ts"), "// mine");
  await expect(init()).rejects.toMatchObject({
    code: 1,
    stderr: "manycore init: tasks.ts would be overwritten. Move it, or name another DIR\n",
  });
  expect(read("tasks.ts")).toBe("// mine");
  expect(existsSync(folder.file("package.json"))).toBe(false);
});

test.each([
  [["a", "b"], "manycore init: Name one folder. See manycore init --help\n"],
  [["--force"], "manycore init: --force is unknown. See manycore init --help\n"],
])("%j is refused", async (args, stderr) => {
  await expect(init(...args)).rejects.toMatchObject({ code: 2, stderr });
});

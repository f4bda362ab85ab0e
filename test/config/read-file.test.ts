/** Real files, read in a real thread. */
import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { readConfigFile } from "../../src/config/file/read-file.ts";
import { Folder } from "../helpers/embedded-queue.ts";

const library = new URL("../../src/index.ts", import.meta.url).href;
const folder = new Folder();
afterAll(() => folder[Symbol.dispose]());

function read(name: string, source: string) {
  writeFileSync(folder.file(name), source);
  return readConfigFile({ text: folder.file(name), source: "--config" });
}

const textsOf = ({ given }: Awaited<ReturnType<typeof read>>) =>
  Object.fromEntries([...given].map(([key, values]) => [key, values.map(({ text }) => text)]));

describe("a file that can be read", () => {
  test.each([
    [
      "typed.ts",
      `import { defineConfig } from ${JSON.stringify(library)};
       const port: number = 9000;
       export default defineConfig({ port, runTimeout: "10s" });`,
    ],
    ["plain.mjs", 'export default { port: 9000, runTimeout: "10s" };'],
    ["plain.js", 'export default { port: 9000, runTimeout: "10s" };'],
    ["plain.json", '{ "port": 9000, "runTimeout": "10s" }'],
    ["marked.json", '\uFEFF{ "port": 9000, "runTimeout": "10s" }'],
  ])("%s", async (name, source) => {
    const settings = await read(name, source);
    expect(settings).toMatchObject({ file: folder.file(name), errors: [] });
    expect(textsOf(settings)).toEqual({ port: ["9000"], runTimeoutMs: ["10s"] });
    expect(settings.modules).toContain(folder.file(name));
  });

  test("is read anew each time, with what it imports", async () => {
    const source = 'import { port } from "./port.mjs"; export default { port };';
    writeFileSync(folder.file("port.mjs"), "export const port = 1;");
    const first = await read("anew.mjs", source);
    expect(first.modules).toEqual([folder.file("anew.mjs"), folder.file("port.mjs")]);
    writeFileSync(folder.file("port.mjs"), "export const port = 2;");
    expect([textsOf(first), textsOf(await read("anew.mjs", source))]).toEqual([
      { port: ["1"] },
      { port: ["2"] },
    ]);
  });
});

describe("a file that cannot be read is one error", () => {
  test.each([
    ["throws.mjs", 'throw new Error("no licence");', /failed while .*, at line 1: no licence$/],
    ["wrong.ts", "\nexport default { port: = 1 };", /, at line 2 \(export default \{ port: = 1 \}/],
    ["exits.mjs", "process.exit(3);", /exports nothing\. Exit code 3\.$/],
    ["never.mjs", "await new Promise(() => {}); export default {};", /It never finished loading/],
    ["named.mjs", "export const port = 1;", /exports no settings: export default defineConfig/],
    ["ends.mjs", "process.exit(0);", /exports nothing\. It never .*, or called process\.exit\.$/],
    [
      "promise.mjs",
      "export default Promise.resolve({});",
      /exports a promise: export default await/,
    ],
    [
      "getter.mjs",
      'export default { get port() { throw new Error("closed"); } };',
      /^Configuration file \S+getter\.mjs: port threw an error: closed$/,
    ],
    ["list.mjs", "export default [];", /exports no settings/],
    ["function.mjs", "export default () => ({});", /exports no settings/],
    [
      "method.mjs",
      "export default { port() {} };",
      /^port in \S+method\.mjs: \{"is":"a function"\}/,
    ],
    [
      "late.mjs",
      'setImmediate(() => { throw new Error("late"); }); await new Promise(() => {});',
      /late/,
    ],
    ["wrong.json", '{ "port": }', /wrong\.json cannot be read: .*JSON/],
    ["list.json", "[]", /list\.json must be a JSON object$/],
    [
      "what.yaml",
      "port: 1",
      /^--config: \S+what\.yaml must be \.ts, \.mts, \.js, \.mjs or \.json$/,
    ],
  ])("%s", async (name, source, message) => {
    const { errors, given } = await read(name, source);
    expect([errors, given.size]).toEqual([[expect.stringMatching(message)], 0]);
  });

  test.each(["setInterval(() => {}, 1000); await new Promise(() => {});", "for (;;);"])(
    "one that is not loaded in time: %s",
    async (source) => {
      writeFileSync(folder.file("late-or-never.mjs"), source);
      const chosen = { text: folder.file("late-or-never.mjs"), source: "--config" };
      const { errors } = await readConfigFile(chosen, 500);
      expect(errors).toEqual([
        expect.stringMatching(/did not finish loading within 500 ms\. What/),
      ]);
    },
  );

  test("no such file", async () => {
    const { errors } = await readConfigFile({ text: "no/such.ts", source: "MANYCORE_CONFIG" });
    expect(errors).toEqual([
      `MANYCORE_CONFIG: there is no file no/such.ts in ${process.cwd()}. Give the path of a configuration file, or none`,
    ]);
  });
});

test("none reads no file", async () => {
  const settings = await readConfigFile({ text: "none", source: "--config" });
  expect(settings).toMatchObject({ file: undefined, errors: [] });
});

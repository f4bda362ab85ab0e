/** Why there is no server: plain lines on a terminal, lines of JSON in a pipe, and never both. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess, serverCommand } from "../helpers/server-process.ts";
import { Terminal, terminalMissing, whyNoTerminal } from "../helpers/terminal.ts";

const folder = new Folder();
const files = {
  broken: folder.file("broken.mjs"),
  leaving: folder.file("leaving.mjs"),
  stray: folder.file("stray.mjs"),
  junk: folder.file("junk.db"),
};
writeFileSync(files.broken, 'throw new Error("two\\nlines, \\x1b[31mred");\n');
writeFileSync(files.leaving, "process.exit(3);\n");
writeFileSync(
  files.stray,
  'await new Promise(() => setImmediate(() => {\nthrow new Error("stray"); }));\n',
);
writeFileSync(files.junk, "no database\n".repeat(100));
const throwing = fileURLToPath(new URL("../fixtures/primary-throws.mjs", import.meta.url));

const holder = createServer();
let port = 0;
beforeAll(async () => {
  await once(holder.listen(0, "127.0.0.1"), "listening");
  port = (holder.address() as AddressInfo).port;
});
afterAll(() => {
  holder.close();
  folder[Symbol.dispose]();
});

interface Case {
  readonly what: string;
  readonly flags: () => readonly string[];
  readonly code: number;
  /** What is said, a line each. */
  readonly said: readonly RegExp[];
  readonly env?: Readonly<Record<string, string>>;
}

const tasks = (file: string) => () => ["--mode", "threads", "--cores", "1", "--tasks", file];

const cases: readonly Case[] = [
  {
    what: "wrong flags and variables",
    flags: () => ["--prot", "1", "--workers", "x"],
    env: { MANYCORE_MODE: "fast" },
    code: 2,
    said: [/Unknown flag "--prot"/, /^MANYCORE_MODE: "fast"/, /^--workers: "x"/],
  },
  {
    what: "a port in use",
    flags: () => ["--port", String(port)],
    code: 1,
    said: [/^Port \d+ \(--port\) on 127\.0\.0\.1 is in use/],
  },
  {
    what: "a task file that throws",
    flags: tasks(files.broken),
    code: 1,
    said: [/broken\.mjs failed while it was loading, at line 1: two\\nlines, \\u001b\[31mred$/],
  },
  {
    what: "a task file that exits",
    flags: tasks(files.leaving),
    code: 1,
    said: [/leaving\.mjs ended the worker while it was loading \(exit code 3\)/],
  },
  {
    what: "a task file with an error that nothing catches",
    flags: () => ["--workers", "3", "--tasks", files.stray],
    code: 1,
    said: [/stray\.mjs failed while it was loading, at line 2: stray$/],
  },
  {
    what: "a file that is no queue",
    flags: () => ["--queue", `sqlite:${files.junk}`],
    code: 1,
    said: [/junk\.db: it is no database at all/],
  },
  {
    what: "workers that do not become ready in time",
    flags: () => ["--boot-timeout", "1ms"],
    code: 1,
    said: [/--boot-timeout/],
  },
  {
    what: "an exception in the primary that nobody catches",
    flags: () => ["--workers", "1", "--log-level", "silent"],
    env: { NODE_OPTIONS: `--import ${throwing}` },
    code: 1,
    said: [/^uncaught exception in the primary/],
  },
];

describe.each(cases)("$what", ({ flags, code, said, env = {} }) => {
  test("in a pipe: lines of JSON, at the level fatal", async () => {
    await using server = ServerProcess.spawn(["--log-format", "auto", ...flags()], env);
    expect((await server.exited).code).toBe(code);
    const lines = server.stderr.trimEnd().split("\n");
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const fatal = records.filter(({ level }) => level === "fatal");
    expect(
      fatal.map(({ msg }) => String(msg).replaceAll("\n", "\\n").replaceAll("\x1b", "\\u001b")),
    ).toEqual(said.map((pattern) => expect.stringMatching(pattern)));
  });

  test.skipIf(terminalMissing)(`on a terminal: plain lines${whyNoTerminal}`, async () => {
    const command = [...serverCommand, "--port", "0", "--queue", "none", ...flags()];
    await using terminal = new Terminal(command, { ...process.env, ...env });
    expect(await terminal.exited).toBe(code);
    expect(terminal.shown).not.toMatch(/[{}]|FATAL/);
    const lines = terminal.shown.split(/\r?\n/).filter((line) => line.startsWith("manycore: "));
    expect(lines.map((line) => line.slice("manycore: ".length))).toEqual(
      said.map((pattern) => expect.stringMatching(pattern)),
    );
  });
});

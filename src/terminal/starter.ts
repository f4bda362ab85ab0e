/** What `manycore init` writes: a task, its test and a configuration, each with comments to start from. */

/** The files of a starter, by their names. */
export interface Starter {
  readonly [name: string]: string;
}

/**
 * @param version of this package, for the dependency
 * @param isModule whether a package.json that is there lets `.ts` be ES modules
 */
export function makeStarter(version: string, isModule: boolean): Starter {
  const ts = isModule ? "ts" : "mts";
  return {
    "package.json": `${JSON.stringify(manifest(version, ts), null, 2)}\n`,
    [`tasks.${ts}`]: tasks,
    [`tasks.test.${ts}`]: testOf(ts),
    [`manycore.config.${ts}`]: configOf(ts),
    "tsconfig.json": tsconfig,
    ".gitignore": "node_modules/\nmanycore.db*\nbench-results/\n",
  };
}

/** The scripts, also for a package.json that is there. */
export function scriptsOf(ts: string): Readonly<Record<string, string>> {
  return {
    start: "manycore serve",
    dev: "manycore serve --watch",
    test: `node --test tasks.test.${ts}`,
    bench: `manycore bench --tasks ./tasks.${ts} --task word-count`,
  };
}

function manifest(version: string, ts: string) {
  return {
    private: true,
    type: "module",
    scripts: scriptsOf(ts),
    dependencies: { manycore: `^${version}`, zod: "^4.6.0" },
  };
}

const tasks = `// Each task that this file exports is served at POST /tasks/NAME.
import { defineTask, z } from "manycore";

export const wordCount = defineTask({
  name: "word-count",
  // Shown at GET /tasks.
  description: "Counts the words of a text, and how often each comes.",
  // Checked before the run. A field that is wrong is answered 422, with its place.
  // Any Standard Schema library will do, such as valibot or arktype.
  input: z.strictObject({
    text: z.string().max(1_000_000),
    minLength: z.int().min(1).default(1),
  }),
  // An input that works, for a first try: GET /tasks/word-count shows it.
  example: { text: "to be or not to be" },
  // Computes. It has a core to itself, so it may take its time.
  run({ text, minLength }, { progress }) {
    const counts = new Map<string, number>();
    const words = text.toLowerCase().match(/[\\p{L}\\p{N}]+/gu) ?? [];
    for (const [index, word] of words.entries()) {
      if (word.length >= minLength) counts.set(word, (counts.get(word) ?? 0) + 1);
      // Clients of a job see how far it is.
      progress({ done: index + 1, of: words.length });
    }
    // Any JSON. Bytes are possible, too: see docs/bytes.md of manycore.
    return { words: words.length, counts: Object.fromEntries(counts) };
  },
});
`;

const tsconfig = `// For editors, and for "npx tsc": npm install --save-dev typescript @types/node
{
  "compilerOptions": {
    "strict": true,
    "noEmit": true,
    "target": "esnext",
    "module": "nodenext",
    "types": ["node"],
    // Node runs TypeScript by removing its types: imports name the file as it is, and
    // what is more than a type (enum, namespaces) is refused.
    "allowImportingTsExtensions": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true
  }
}
`;

function testOf(ts: string): string {
  return `// npm test
import assert from "node:assert/strict";
import { test } from "node:test";
import { runTask } from "manycore/testing";
import { wordCount } from "./tasks.${ts}";

test("words are counted", async () => {
  // As the server runs it: the schema, the way to a thread, and JSON.
  const { words, counts } = await runTask(wordCount, { text: "to be or not to be" });
  assert.equal(words, 6);
  assert.deepEqual(counts, { to: 2, be: 2, or: 1, not: 1 });
});

test("a wrong input is refused", async () => {
  await assert.rejects(runTask(wordCount, { text: "", minLength: 0 }), { status: 422 });
});
`;
}

function configOf(ts: string): string {
  return `// Read by manycore in this folder. Every flag of "manycore --help" can be set here, by its name
// in camel case. Flags and variables win over it.
import { defineConfig } from "manycore";

export default defineConfig({
  tasks: ["./tasks.${ts}"],
  // Runs compute in threads, so that the server stays quick beside them.
  mode: "threads",
  // port: 8000,
  // runTimeout: "30s",
  // queue: "sqlite:manycore.db", // where jobs are kept
});
`;
}

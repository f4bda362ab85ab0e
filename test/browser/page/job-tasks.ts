import type { Folder } from "../../helpers/embedded-queue.ts";

const library = new URL("../../../src/index.ts", import.meta.url);

/** Tasks of a server whose page is tested. @returns the flags that serve them, with a queue */
export function jobFlags(folder: Folder): string[] {
  const go = JSON.stringify(folder.file("go"));
  folder.write({
    "tasks.mjs": `import { existsSync } from "node:fs";
import { bytes, defineTask, z } from "${library}";
const input = z.strictObject({});
export const held = defineTask({
  name: "held",
  description: "Goes on until a file is there.",
  input,
  run: async (_, { progress, signal }) => {
    progress({ done: 1, of: 4 });
    while (!existsSync(${go})) {
      signal.throwIfAborted();
      await new Promise((next) => setTimeout(next, 20));
    }
    return { done: true };
  },
});
export const unlucky = defineTask({
  name: "unlucky",
  input,
  retry: { maxAttempts: 1 },
  run: (_, { log }) => {
    log("It looked bad from the start.");
    if (!existsSync(${go})) throw new Error("no luck");
    return "luck";
  },
});
export const echo = defineTask({
  name: "echo-bytes",
  input: bytes({ types: ["image/*", "text/plain"], query: z.strictObject({ from: z.int().default(0) }) }),
  run: ({ data, type, query }) => bytes(data.slice(query.from), type),
});
`,
  });
  return [
    ...["--tasks", folder.file("tasks.mjs"), "--queue", `sqlite:${folder.file("jobs.db")}`],
    ...["--control", "127.0.0.1:0", "--mode", "threads", "--cores", "2", "--expose-errors"],
  ];
}

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** The modules that a new Node process loads for these. */
function loadedFor(...modules: string[]): readonly string[] {
  const urls = modules.map((name) => new URL(`../../../src/tasks/${name}`, import.meta.url).href);
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    for (const url of ${JSON.stringify(urls)}) await import(url);
    process.stdout.write(JSON.stringify(loaded));
  `;
  const node = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
  });
  expect(node.stderr).toBe("");
  return JSON.parse(node.stdout);
}

const ofZod = (url: string) => /\/node_modules\/zod\//.test(url);

test("what a thread loads does not load zod, which would double its time to start", () => {
  const loaded = loadedFor("builtin/kernels.ts", "load.ts", "task.ts", "output/output.ts");
  expect(loaded.filter((url) => url.endsWith("/hash/digest.ts"))).toHaveLength(1);
  expect(loaded.filter(ofZod)).toEqual([]);
});

test("the task definitions do load zod, so the test above can fail", () => {
  expect(loadedFor("registry.ts").filter(ofZod)).not.toEqual([]);
});

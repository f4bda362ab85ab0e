import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { kernels } from "../../../src/tasks/builtin/kernels.ts";
import { builtInTasks } from "../../../src/tasks/registry.ts";
import { limits } from "../../helpers/services.ts";

/** The modules that a fresh Node loads for these ones. */
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

test("threads have the function of every built-in task", () => {
  const names = builtInTasks(limits).map(({ name }) => name);
  expect(Object.keys(kernels).sort()).toEqual(names.sort());
});

const ofZod = (url: string) => /\/node_modules\/zod\//.test(url);

test("what a thread loads does not load zod, which would double its time to start", () => {
  const loaded = loadedFor("builtin/kernels.ts", "load.ts", "task.ts", "output/output.ts");
  expect(loaded.filter((url) => url.endsWith("/hash/digest.ts"))).toHaveLength(1);
  expect(loaded.filter(ofZod)).toEqual([]);
});

test("the definitions do load it, so the test above can see it", () => {
  expect(loadedFor("registry.ts").filter(ofZod)).not.toEqual([]);
});

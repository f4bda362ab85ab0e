/** The tasks that the documents show: each can be loaded as it stands, in a project with the package. */
import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pages } from "./helpers/documents.ts";
import { Folder } from "./helpers/embedded-queue.ts";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../", import.meta.url));

const shown = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/^```(js|ts)\n([\s\S]*?)^```/gm)]
    .map(([, kind = "js", code = ""]) => ({ name, kind, code }))
    .filter(({ code }) => /^export const \w+ = defineTask/m.test(code)),
);

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
  const modules = folder.file("node_modules");
  mkdirSync(`${modules}/manycore`, { recursive: true });
  symlinkSync(`${repository}src`, `${modules}/manycore/src`);
  const manifest = { name: "manycore", type: "module", exports: "./src/index.ts" };
  writeFileSync(`${modules}/manycore/package.json`, JSON.stringify(manifest));
  for (const used of ["sharp", "valibot"])
    symlinkSync(`${repository}node_modules/${used}`, `${modules}/${used}`);
});
afterAll(() => folder[Symbol.dispose]());

test("there are such tasks", () => expect(shown.length).toBeGreaterThan(7));

test.each(shown.map((each, at) => [`${each.name}, number ${at + 1}`, each] as const))(
  "%s",
  async (_, { kind, code }) => {
    const [, exported = ""] = /^export const (\w+) = defineTask/m.exec(code) ?? [];
    const file = folder.file(`${exported}.m${kind}`);
    writeFileSync(file, code.replace('"../src/index.ts"', '"manycore"'));
    const script = `import { ${exported} } from ${JSON.stringify(file)}; console.log(${exported}.name);`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script]);
    expect(code).toContain(`name: "${stdout.trim()}"`);
  },
);

/** The server where nobody has installed what only a queue in Redis needs. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isServerVariable } from "../../src/config/config.ts";
import { root } from "../helpers/documents.ts";

const source = fileURLToPath(root);
let folder: string;

/** The source, beside all packages but these. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "manycore-peers-"));
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  for (const name of ["src", "package.json"]) {
    cpSync(join(source, name), join(folder, name), { recursive: true });
  }
  for (const name of readdirSync(join(source, "node_modules"))) {
    if (["bullmq", "ioredis", ".bin"].includes(name)) continue;
    symlinkSync(join(source, "node_modules", name), join(modules, name));
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

function serve(...flags: readonly string[]) {
  const entry = join(folder, "src", "manycore.js");
  const inherited = Object.entries(process.env).filter(([name]) => !isServerVariable(name));
  const env = Object.fromEntries(inherited);
  const args = [entry, "--port", "0", "--control", "none", "--log-format", "json", ...flags];
  return spawnSync(process.execPath, args, { env, encoding: "utf8", timeout: 60_000 });
}

test("a queue in Redis is refused with one line, which says what to install", () => {
  const { status, stderr } = serve("--queue", "redis://127.0.0.1:1");
  expect(stderr.trim().split("\n")).toEqual([
    expect.stringContaining(
      "A queue in Redis needs bullmq and ioredis: bullmq and ioredis are not installed. Run: npm install bullmq ioredis",
    ),
  ]);
  expect(status).toBe(1);
});

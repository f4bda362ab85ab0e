/** The backups that the documents tell people to make are made here, beside a running server. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commands, root } from "../helpers/documents.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const run = promisify(execFile);
const typed = commands.filter(({ line }) => line.startsWith("npm run backup"));

const folder = new Folder();
const queue = folder.file("manycore.db");
let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start(["--queue", `sqlite:${queue}`]);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

test("there are such commands", () => expect(typed.length).toBeGreaterThan(2));

test.each(typed)("$page: $line", async ({ line }) => {
  // Where the documents say manycore.db, the folder of this test is meant.
  const here = line.replaceAll(/(?<=[ :])(manycore[\w-]*\.db)/g, folder.file("$1"));
  const env = { ...process.env, MANYCORE_QUEUE: `sqlite:${queue}` };
  const { stdout, stderr } = await run("bash", ["-c", here], { cwd: fileURLToPath(root), env });
  expect(stderr).toBe("");
  const [target] = here.split(" ").slice(-1);
  if (line.endsWith("--help")) expect(stdout).toContain("Usage:");
  else
    expect([stdout, existsSync(target ?? "")]).toEqual([expect.stringContaining("checked"), true]);
});

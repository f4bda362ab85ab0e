/** `manycore ctl`, typed as users type it, against a real control. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { ControlUnderTest } from "../control/controlled.ts";
import { serverCommand } from "../helpers/server-process.ts";

let control: ControlUnderTest;
beforeAll(() => {
  control = new ControlUnderTest("0", 8000, {
    changeWorkers: () => {
      throw new AppError("invalid-input", "There is one worker, and one there must be.");
    },
  });
});
afterAll(() => control[Symbol.asyncDispose]());

async function typed(...words: string[]) {
  const [program, ...before] = serverCommand;
  const env = { ...process.env, MANYCORE_CONTROL: await control.link.url };
  const child = spawn(program, [...before, "ctl", ...words], { env });
  const streams = [text(child.stdout), text(child.stderr), once(child, "close")] as const;
  const [stdout, stderr, [code]] = await Promise.all(streams);
  return { code: code as number, stdout, stderr };
}

test("an answer in words, and as it came", async () => {
  const [table, raw, reloaded] = await Promise.all([
    typed("stats"),
    typed("stats", "--json"),
    typed("reload"),
  ]);
  expect(table).toMatchObject({ code: 0, stderr: "" });
  expect(table.stdout).toMatch(/^manycore 1\.0\.0 on .*\n\nworker +pid +stage/);
  expect(JSON.parse(raw.stdout)).toMatchObject({ server: { mode: "cluster" }, jobs: null });
  expect(reloaded).toEqual({ code: 0, stdout: "Reloaded in 0.0 s\n", stderr: "" });
  expect(control.done).toEqual(["reload"]);
});

test("what is refused, and a wrong address, are told on stderr", async () => {
  const file = join(tmpdir(), `manycore-no-token-${process.pid}`);
  const [refused, nobody, wrong, noFile] = await Promise.all([
    typed("workers", "-1"),
    typed("stats", "--control", "127.0.0.1:1"),
    typed("stop"),
    typed("stats", "--token-file", file),
  ]);
  const detail = "There is one worker, and one there must be.";
  expect(refused).toEqual({ code: 1, stdout: "", stderr: `manycore ctl: ${detail}\n` });
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining("does not answer") });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("no command of ctl") });
  expect(noFile).toMatchObject({ code: 1, stderr: expect.stringContaining(file) });
  writeFileSync(file, "\nsecret\nolder\n");
  expect(await typed("stats", "--token-file", file)).toMatchObject({ code: 0 });
  rmSync(file);
});

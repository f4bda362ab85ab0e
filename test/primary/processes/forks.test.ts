import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../fixtures/forks-run.ts", import.meta.url));

test("two lives in one place: each gets its own drain, and each end is its own", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(stdout.trim().split("\n")).toEqual([
    "attach 1",
    "ready 1",
    "attach 2",
    "ready 2",
    "detach 1",
    "exited 1",
    "detach 2",
    "exited 2",
  ]);
});

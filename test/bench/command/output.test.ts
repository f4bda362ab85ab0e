import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { writeOutput } from "../../../bench/command/output.ts";

const commands = ["main.ts", "stress.ts"];

/** Prints the help to this file, or to a reader that goes away at once. */
async function help(command: string, stdout: number | "pipe") {
  const file = fileURLToPath(new URL(`../../../bench/${command}`, import.meta.url));
  const child = spawn(process.execPath, [file, "--help"], { stdio: ["ignore", stdout, "pipe"] });
  if (stdout === "pipe") child.stdout?.destroy();
  const said = text(child.stderr as NonNullable<typeof child.stderr>);
  const [code] = await once(child, "close");
  return { code, said: await said };
}

describe.runIf(process.platform === "linux")("what cannot be printed", () => {
  test.each(commands)("makes %s fail, and is said to be lost", async (command) => {
    const full = openSync("/dev/full", "w");
    const { code, said } = await help(command, full);
    closeSync(full);
    expect(said).toMatch(/^stdout cannot be written to \(.*ENOSPC.*lost.*--out DIR/);
    expect(code).toBe(1);
  });

  test.each(commands)("is no failure of %s where nobody reads on", async (command) => {
    expect(await help(command, "pipe")).toEqual({ code: 0, said: "" });
  });
});

test("a result that cannot be written names its file, and where it is to be had", () => {
  const folder = mkdtempSync(join(tmpdir(), "output-"));
  mkdirSync(join(folder, "bench.html"));
  const files = writeOutput(folder, "bench", { a: 1 }, () => "");
  expect(files.next().value).toBe(join(folder, "bench.json"));
  expect(() => files.next()).toThrow(
    /bench\.html could not be written \(EISDIR.*\)\. The result is on stdout$/,
  );
  rmSync(folder, { recursive: true });
});

/** How the bench ends: no stack, nothing left behind, and the exit code that a shell expects. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { BenchResult } from "../../../bench/compare/result/bench-result.ts";
import { gone } from "../../helpers/server-process.ts";

const file = fileURLToPath(new URL("../../../bench/main.ts", import.meta.url));
const questions = fileURLToPath(new URL("../../../bench/dev/main.ts", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "bench-signals-"));
afterAll(() => rmSync(out, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  /** How many processes there were when it was told to end. */
  readonly processes: number;
}

/**
 * Runs a command in a process group of its own, ends it at the first match in its stderr, and waits
 * until no process of the group is left.
 */
async function endAt(
  command: readonly [string, ...string[]],
  moment: RegExp,
  end: (child: ChildProcess, pid: number) => void,
): Promise<Ended> {
  const [program, ...args] = command;
  const env = { ...process.env, npm_lifecycle_event: "bench" };
  const child = spawn(program, args, { detached: true, env, stdio: ["ignore", "pipe", "pipe"] });
  const pid = child.pid ?? 0;
  let stderr = "";
  let members: number[] = [];
  child.stdout.resume();
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    if (members.length > 0 || !moment.test(stderr)) return;
    members = membersOf(pid);
    end(child, pid);
  });
  const [code] = (await once(child, "close")) as [number | null];
  for (const member of members) await gone(member);
  return { code, stderr, processes: members.length };
}

function membersOf(group: number): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [, , groupOf] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(groupOf) === group ? [Number(name)] : [];
    } catch {
      return []; // It has just ended.
    }
  });
}

const stack = /^ +at /m;

describe.runIf(process.platform === "linux")("a bench that is told to end", () => {
  test("by SIGTERM to its group, as of timeout(1), amid a question", async () => {
    const { code, stderr, processes } = await endAt(
      [process.execPath, questions, "--smoke", "overload"],
      /^warm-up$/m,
      (_child, group) => process.kill(-group, "SIGTERM"),
    );
    expect(stderr).not.toMatch(stack);
    expect(stderr).toMatch(/^bench:dev: ended by SIGTERM$/m);
    expect(code).toBe(143);
    expect(processes).toBeGreaterThan(3); // itself, and a server with two workers
  });

  test("by SIGHUP to its group, amid the rounds: what was measured is written", async () => {
    const { code, stderr } = await endAt(
      [
        ...([process.execPath, file, "--smoke", "--only", "gain", "--modes", "single"] as const),
        ...["--rounds", "1000", "--out", out],
      ],
      /round 2 of 1000: single/,
      (_child, group) => process.kill(-group, "SIGHUP"),
    );
    expect(stderr).not.toMatch(stack);
    expect(code).toBe(129);
    const result = JSON.parse(readFileSync(join(out, "bench.json"), "utf8")) as BenchResult;
    expect(result.stopped).toEqual({ reason: "ended by SIGHUP" });
  });

  test("twice: at once, and its servers with it", async () => {
    const { code, stderr, processes } = await endAt(
      [process.execPath, questions, "--smoke", "overload"],
      /^warm-up$/m,
      (child) => {
        child.kill("SIGINT");
        child.kill("SIGTERM");
      },
    );
    expect(stderr).not.toMatch(stack);
    expect([130, 143]).toContain(code);
    expect(processes).toBeGreaterThan(3);
  });

  test("by a SIGTERM to npm, whose shell does not pass it on", async () => {
    const { stderr, processes } = await endAt(
      ["sh", "-c", `"${process.execPath}" "${questions}" --smoke overload; true`],
      /^warm-up$/m,
      (shell) => shell.kill("SIGTERM"),
    );
    expect(stderr).toMatch(/^bench:dev: ended with npm/m);
    expect(processes).toBeGreaterThan(4); // the shell, too
  });
});

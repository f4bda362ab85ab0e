import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const file = fileURLToPath(
  new URL("../../../../bench/dev/self-test/self-test.ts", import.meta.url),
);

const main = fileURLToPath(new URL("../../../../bench/dev/main.ts", import.meta.url));

/** Resolves with the children of a process once it has so many. */
async function childrenOf(pid: number | undefined, count: number): Promise<number[]> {
  for (;;) {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    const children = list.trim().split(" ").filter(Boolean).map(Number);
    if (children.length >= count) return children;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves once the process has a handler of the signal. */
async function handles(pid: number, signal: "SIGINT"): Promise<void> {
  const bit = 1n << BigInt(constants.signals[signal] - 1);
  for (;;) {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const [, caught = "0"] = /^SigCgt:\s*([0-9a-f]+)/m.exec(status) ?? [];
    if ((BigInt(`0x${caught}`) & bit) !== 0n) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isServer(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("self-test/server");
}

async function selfTest(...options: string[]): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, [file, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, "exit");
  return { code, output: (await output).join("") };
}

describe.runIf(process.platform === "linux").concurrent("the self-test", () => {
  // It freezes a server by the clock. Other work on the machine can stretch that, but seldom three
  // times.
  test("passes, and prints what it saw", { retry: 2 }, async () => {
    const { code, output } = await selfTest();
    expect(output).toMatch(/^ok .*p90: [\d,.]+ \(must be 2,160 to 2,640\)$/m);
    expect(output).toMatch(/^ok .*p99: [\d,.]+ \(must be 2,646 to 3,234\)$/m);
    expect(output).not.toContain("FAILED");
    expect(code).toBe(0);
  });

  test.each(["actual", "closed"])("fails with coordinated omission: %s", async (omission) => {
    const { code, output } = await selfTest("--omission", omission);
    expect(output).toMatch(/^FAILED server frozen .* p90: /m);
    expect(code).toBe(1);
  });

  test("Ctrl-C, which reaches all of its processes, ends it with 130 and no check", async () => {
    const child = spawn(process.execPath, [main, "self-test"], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // a process group of its own, as a terminal gives one to each command
    });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    // Two servers, two generators: each must already handle the signal.
    for (const pid of await childrenOf(child.pid, 4)) await handles(pid, "SIGINT");
    process.kill(-Number(child.pid), "SIGINT");
    const [code] = await once(child, "exit");
    expect((await output).join("")).toBe("self-test\nbench:dev: ended by SIGINT\n");
    expect(code).toBe(130);
  });

  test("a server of its own that ends by itself is said to have, and no check is", async () => {
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const children = await childrenOf(child.pid, 4);
    for (const pid of children.filter((one) => isServer(one))) process.kill(pid, "SIGKILL");
    const [code] = await once(child, "exit");
    const said = (await output).join("");
    expect(said).toContain("The self-test's server ended by itself (SIGKILL)");
    expect(said).not.toContain("FAILED");
    expect(code).toBe(1);
  });

  test("names an omission that it does not know", async () => {
    const { code, output } = await selfTest("--omission", "none");
    expect(output).toContain("--omission none: use actual or closed");
    expect(code).toBe(1);
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const file = fileURLToPath(new URL("../../bench/self-test.ts", import.meta.url));

async function selfTest(...options: string[]): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, [file, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, "exit");
  return { code, output: (await output).join("") };
}

describe.runIf(process.platform !== "win32").concurrent("the self-test", () => {
  // It freezes a server by the clock: other work on the machine can stretch that, seldom thrice.
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

  test("names an omission that it does not know", async () => {
    const { code, output } = await selfTest("--omission", "none");
    expect(output).toContain("--omission none: use actual or closed");
    expect(code).toBe(1);
  });
});

/** The unit for systemd: systemd can read it, and its times and options fit the server. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { root } from "../helpers/documents.ts";
import { Folder } from "../helpers/embedded-queue.ts";

const path = fileURLToPath(new URL("deploy/systemd/manycore.service", root));
const unit = readFileSync(path, "utf8");

/** The values of a setting, in their order. */
function valuesOf(name: string): string[] {
  return [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value = ""]) => value);
}

/** Debian's package `systemd` has it. With CI=true it must be there. */
const isMissing =
  spawnSync("systemd-analyze", ["--version"]).error !== undefined && !process.env["CI"];

describe.skipIf(isMissing)("systemd-analyze (skipped where Debian's systemd is missing)", () => {
  /** What it complains of. The server is not installed here, and that is all that may be wrong. */
  function complaintsOf(file: string): string[] {
    const { stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], {
      encoding: "utf8",
    });
    const lines = stderr.split("\n").filter((line) => line.includes("manycore.service"));
    return lines.filter((line) => !/Command \/opt\/manycore\/.* is not executable/.test(line));
  }

  test("verify has nothing to complain of", () => {
    expect(complaintsOf(path)).toEqual([]);
  });

  test("verify complains of a unit that is wrong", () => {
    using folder = new Folder();
    folder.write({ "manycore.service": unit.replace("WatchdogSec=30s", "WatchdogSec=soon") });
    expect(complaintsOf(folder.file("manycore.service"))).toHaveLength(1);
  });

  test("security finds little that it could still reach (exposure at most 2.0 of 10)", () => {
    const flags = ["security", "--offline=true", "--threshold=20", "--no-pager", path];
    const { status, stdout } = spawnSync("systemd-analyze", flags, { encoding: "utf8" });
    expect(status, stdout).toBe(0);
  });
});

test("its variables are options of the server, and its stop is longer than a drain", () => {
  const env = Object.fromEntries(
    valuesOf("Environment").map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
  ) as Record<string, string>;
  const parsed = parseConfig(["serve"], env, 2);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  expect(parsed.config.queue).toEqual({ kind: "sqlite", path: "/var/lib/manycore/manycore.db" });
  const [stop = ""] = valuesOf("TimeoutStopSec");
  const stopMs = Number(/^(\d+)s$/.exec(stop)?.[1]) * 1000;
  expect(stopMs).toBeGreaterThanOrEqual(parsed.config.drainTimeoutMs + 5000);
});

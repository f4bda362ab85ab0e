import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { startLine } from "../../src/primary/start-line.ts";

function lineFor(...flags: readonly string[]): string {
  const parsed = parseConfig(flags, {}, 4);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  return startLine(parsed.config, 123);
}

function lineWithControl(...flags: readonly string[]): string {
  const parsed = parseConfig(flags, {}, 4);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  return startLine(parsed.config, 123, "URL");
}

test("says the address, the layout, and how to stop the server", () => {
  expect(lineFor()).toBe(
    "manycore at http://127.0.0.1:8000 — mode cluster: 4 workers x 1 slot, executor inline; jobs in manycore.db (pid 123; Ctrl-C stops)",
  );
  expect(lineFor("--mode", "hybrid")).toContain("2 workers x 2 slots, executor threads");
});

test("names the Redis of the jobs without its password", () => {
  expect(lineFor("--queue", "redis://:abc@h/1?name=q")).toContain(
    "; jobs in redis://:***@h/1?name=q (pid",
  );
});

test("names what was set by hand beside the mode", () => {
  expect(lineFor("--mode", "threads", "--workers", "2", "--executor", "inline")).toContain(
    "mode threads with --workers 2 --executor inline: 2 workers x 1 slot, executor inline",
  );
});

test.each([
  ["::1", "http://[::1]:8000 "],
  ["localhost", "http://localhost:8000 "],
  ["0.0.0.0", "http://127.0.0.1:8000 (and every other IPv4 address) "],
  ["::", "http://[::1]:8000 (and every other address) "],
])("shows the host %s as %s", (host, where) => {
  expect(lineFor("--host", host)).toContain(`at ${where}`);
});

test("says what is off where others reach a server that has no token", () => {
  expect(lineFor("--host", "0.0.0.0")).toContain(
    "jobs in manycore.db, not listed or changed without a --token (pid",
  );
  expect(lineFor("--host", "0.0.0.0", "--token", "abc")).not.toContain("without a --token");
  expect(lineFor("--host", "0.0.0.0", "--queue", "none")).not.toContain("without a --token");
  expect(lineFor("--host", "127.0.0.9")).not.toContain("without a --token");
});

test("says that control is read only where others reach it", () => {
  const line = (...flags: readonly string[]) => lineWithControl("--control", ...flags);
  expect(line("0.0.0.0:8001")).toContain("control at URL, read only without a --token (pid");
  expect(line("0.0.0.0:8001", "--token", "abc")).toContain("control at URL (pid");
  expect(line("127.0.0.1:8001", "--host", "0.0.0.0")).toContain("control at URL (pid");
});

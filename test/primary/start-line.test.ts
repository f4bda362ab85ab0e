import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { startLine } from "../../src/primary/start-line.ts";

function lineFor(...flags: readonly string[]): string {
  const parsed = parseConfig(flags, {}, 4);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  return startLine(parsed.config, 123);
}

test("says the address, the layout, and how to stop the server", () => {
  expect(lineFor()).toBe(
    "manycore at http://127.0.0.1:8000 — mode cluster: 4 workers x 1 slot, executor inline; jobs in manycore.db (pid 123; Ctrl-C stops)",
  );
  expect(lineFor("--mode", "hybrid")).toContain("2 workers x 2 slots, executor threads");
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

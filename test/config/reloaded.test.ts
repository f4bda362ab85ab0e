import { expect, test } from "vitest";
import { type Config, parseConfig } from "../../src/config/config.ts";
import { reloaded } from "../../src/config/reloaded.ts";

function configOf(...argv: readonly string[]): Config {
  const parsed = parseConfig(argv, {}, 4);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  return parsed.config;
}

const asRead = configOf("--port", "0", "--mode", "threads");
const running: Config = { ...asRead, port: 23_456 };

test("what the workers use is taken", () => {
  const next = configOf("--port", "0", "--mode", "threads", "--body-limit", "2kb", "./a.ts");
  const { config, kept } = reloaded(running, asRead, next);
  expect(config).toMatchObject({ bodyLimitBytes: 2048, taskFiles: ["./a.ts"], port: 23_456 });
  expect(kept).toEqual([]);
});

test("what the primary has read stays as it is, with all that follows from it, and is told", () => {
  const flags = ["--mode", "hybrid", "--threads", "3", "--queue", "none", "--run-timeout", "1s"];
  const { config, kept } = reloaded(running, asRead, configOf("--port", "0", ...flags));
  const { workers, threads, executor, slots, overrides, queue } = running;
  expect(config).toMatchObject({ workers, threads, executor, slots, overrides, queue });
  expect(config.runTimeoutMs).toBe(1000);
  expect(kept).toEqual(["--mode", "--threads", "--queue"]);
});

test("a change is told once: then it is what was read last", () => {
  const next = configOf("--port", "9", "--mode", "threads");
  expect(reloaded(running, asRead, next).kept).toEqual(["--port"]);
  expect(reloaded(running, next, next).kept).toEqual([]);
});

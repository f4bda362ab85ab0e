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
  const { config, kept } = reloaded(running, asRead, next, asRead);
  expect(config).toMatchObject({ bodyLimitBytes: 2048, taskFiles: ["./a.ts"], port: 23_456 });
  expect(kept).toEqual([]);
});

test("what the primary has read stays as it is, with all that follows from it, and is told", () => {
  const flags = ["--mode", "hybrid", "--threads", "3", "--queue", "none", "--run-timeout", "1s"];
  const { config, kept } = reloaded(running, asRead, configOf("--port", "0", ...flags), asRead);
  const { workers, threads, executor, slots, overrides, queue } = running;
  expect(config).toMatchObject({ workers, threads, executor, slots, overrides, queue });
  expect(config.runTimeoutMs).toBe(1000);
  expect(kept).toEqual(["--mode", "--threads", "--queue"]);
});

test("a change is told once, and not where it is as at the start again", () => {
  const next = configOf("--port", "9", "--mode", "threads");
  expect(reloaded(running, asRead, next, asRead).kept).toEqual(["--port"]);
  expect(reloaded(running, next, next, asRead).kept).toEqual([]);
  expect(reloaded(running, next, asRead, asRead).kept).toEqual([]);
});

test("what an operator has set stays, unless it has changed in what was read", () => {
  const operated: Config = { ...running, workers: 5, logLevel: "debug" };
  const same = configOf("--port", "0", "--mode", "threads", "--body-limit", "2kb");
  const kept = { workers: 5, logLevel: "debug" };
  expect(reloaded(operated, asRead, same, asRead).config).toMatchObject(kept);
  const flags = ["--port", "0", "--mode", "threads", "--workers", "3", "--log-level", "warn"];
  const taken = reloaded(operated, asRead, configOf(...flags), asRead);
  expect(taken.config).toMatchObject({ workers: 3, logLevel: "warn" });
  expect(taken.kept).toEqual([]);
});

test("workers that follow from another mode stay with the mode of before", () => {
  const { config, kept } = reloaded(running, asRead, configOf("--port", "0"), asRead);
  expect(config).toMatchObject({ mode: "threads", workers: 1 });
  expect(kept).toEqual(["--mode"]);
});

test("limits of workers are taken, and times that old workers share with the primary are not", () => {
  const flags = ["--port", "0", "--mode", "threads", "--max-runs", "9", "--access-log", "all"];
  const times = ["--boot-timeout", "3s", "--drain-timeout", "2s"];
  const { config, kept } = reloaded(running, asRead, configOf(...flags, ...times), asRead);
  expect(config).toMatchObject({ maxRuns: 9, accessLog: "all", bootTimeoutMs: 3000 });
  expect(config.drainTimeoutMs).toBe(running.drainTimeoutMs);
  expect(kept).toEqual(["--drain-timeout"]);
});

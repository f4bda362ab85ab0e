import { pino } from "pino";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { Telemetry } from "../../src/telemetry/events.ts";
import { startExecutors } from "../../src/worker/executors.ts";
import { TaskSetups } from "../../src/worker/task-setups.ts";

/** The names in order: jobs go to the first one that can take them. */
async function startedWith(...flags: string[]): Promise<string[]> {
  const parsed = parseConfig(flags, {}, 1);
  if (parsed.kind !== "serve") throw new Error(`not a configuration: ${JSON.stringify(parsed)}`);
  const { config } = parsed;
  const log = pino({ enabled: false });
  const setups = new TaskSetups(config, [], { bootStep: () => {}, bootFailed: () => {} }, log);
  const executors = await startExecutors(config, setups, { log, telemetry: new Telemetry() });
  for (const executor of executors.values()) await executor.close();
  for (const [name, executor] of executors) expect(executor.name).toBe(name);
  return [...executors.keys()];
}

test("a worker has every executor that its configuration has room for, its own one first", async () => {
  expect(await startedWith("--mode", "cluster")).toEqual(["inline", "libuv"]);
  expect(await startedWith("--mode", "libuv")).toEqual(["libuv", "inline"]);
  expect(await startedWith("--mode", "threads")).toEqual(["threads", "inline", "libuv"]);
  expect(await startedWith("--threads", "1")).toEqual(["inline", "libuv", "threads"]);
});

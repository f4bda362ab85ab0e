import { availableParallelism } from "node:os";
import { executorNames, usesThreadPool } from "../config/config.ts";
import type { ManycoreConfig } from "../config/file/define-config.ts";
import { nearest } from "../config/nearest.ts";
import { Telemetry } from "../telemetry/events.ts";
import { createLog } from "../telemetry/log.ts";
import { findTracing } from "../telemetry/tracing/find-tracing.ts";
import { startExecutors } from "../worker/executors.ts";
import { loadTasks } from "../worker/load-tasks.ts";
import { TaskSetups } from "../worker/task-setups.ts";
import type { Compute } from "./compute.ts";
import { embeddedConfig } from "./config.ts";
import { DispatchedCompute } from "./dispatched-compute.ts";

/** Settings of the server that count here, by their names in a configuration file. */
const shared = [
  "tasks",
  "executor",
  "maxPending",
  "queueTimeout",
  "runTimeout",
  "hangTimeout",
  "threadMemory",
  "logLevel",
  "logFormat",
] as const satisfies readonly (keyof ManycoreConfig)[];

export interface ComputeOptions extends Pick<ManycoreConfig, (typeof shared)[number]> {
  /**
   * How many runs compute at a time: threads with the executor `threads` (by default one a core),
   * else runs on the event loop (1) or on libuv's threads.
   */
  readonly slots?: number;
}

const exitOfTask = (message: string) => {
  throw new Error(message);
};

/**
 * Starts a dispatcher with one executor in this process, for the routes of your own app. A worker of
 * manycore has the same: a bounded queue, deadlines, checked inputs, `setup`, and threads that are
 * replaced when a run ends them.
 *
 *     const compute = await createCompute({ tasks: ["./tasks.js"], executor: "threads" });
 *     app.post("/report", async (req, res) => {
 *       const { result } = await compute.run("report", req.body);
 *       res.json(result);
 *     });
 *
 * @typeParam Module the type of the module that exports the tasks, as `createClient` takes it
 * @throws Error that names the option, the file or the task, and the remedy
 */
export async function createCompute<Module = unknown>(
  options: ComputeOptions = {},
): Promise<Compute<Module>> {
  requireKnown(options);
  const { slots, executor: asked = "auto", ...settings } = options;
  const executor = asked === "auto" ? "threads" : asked;
  const layout = { workers: 1, executor, ...slotSettings(executor, slots) };
  const config = embeddedConfig({ ...settings, ...layout }, "createCompute");
  const tracing = await findTracing();
  const log = createLog(config, {}, tracing);
  const { registry, own } = await loadTasks(config, exitOfTask);
  const telemetry = new Telemetry();
  const told = { bootStep: () => {}, bootFailed: exitOfTask };
  const setups = new TaskSetups(config, own, told, log);
  const executors = await startExecutors(config, setups, { log, telemetry });
  try {
    await setups.setUpLoop();
  } catch (error) {
    await Promise.all([...executors.values()].map((each) => each.close(0)));
    throw error;
  }
  return new DispatchedCompute({
    config,
    registry,
    setups,
    executors,
    log,
    tracing,
  }) as Compute<Module>;
}

/** The other settings of a server would do nothing here. */
function requireKnown(options: object): void {
  const known = ["slots", ...shared];
  const stray = Object.keys(options).find((name) => !known.includes(name));
  if (stray === undefined) return;
  const meant = nearest(stray, known);
  const advice =
    meant === undefined ? `The keys are ${known.join(", ")}` : `Did you mean ${meant}?`;
  throw new TypeError(`Unknown key "${stray}" in createCompute. ${advice}`);
}

function slotSettings(executor: string, slots: number | undefined): ManycoreConfig {
  if (slots !== undefined && !isSlots(slots)) {
    const given = JSON.stringify(slots);
    throw new TypeError(
      `slots in createCompute: ${given} is not allowed. Use a whole number from 1 to 1024`,
    );
  }
  const known = executorNames.find((name) => name === executor);
  if (known && usesThreadPool(known)) return { threads: slots ?? availableParallelism() };
  return slots === undefined ? {} : { cores: slots };
}

/** As many as `--threads` and `--cores` allow. */
function isSlots(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1024;
}

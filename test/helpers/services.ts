import { pino } from "pino";
import { systemClock } from "../../src/clock.ts";
import { Dispatcher } from "../../src/compute/dispatcher.ts";
import type { Executor } from "../../src/compute/executor.ts";
import { InlineExecutor } from "../../src/compute/executors/inline.ts";
import { LibuvExecutor } from "../../src/compute/executors/libuv.ts";
import type { ExecutorName } from "../../src/config/config.ts";
import { clientAddressBehind } from "../../src/http/client-address.ts";
import { createGuard } from "../../src/http/guard/guard.ts";
import type { Services } from "../../src/http/services.ts";
import { noTargets } from "../../src/jobs/webhooks/target.ts";
import { isTask } from "../../src/tasks/define.ts";
import { builtInTasks, createRegistry } from "../../src/tasks/registry.ts";
import { Telemetry } from "../../src/telemetry/events.ts";
import { logEvents } from "../../src/telemetry/log-events.ts";
import { loggedError } from "../../src/telemetry/logged-error.ts";
import * as fixtures from "../fixtures/tasks.ts";
import { fullFigures } from "./figures.ts";

/** Of a server on loopback without a token. */
export const testGuardSettings = { host: "127.0.0.1", tokens: [], allowedHosts: [], cors: [] };

export const limits = { hashMaxIterations: 1_000_000, hashMaxMemoryBytes: 64 * 1024 ** 2 };

/** The real services of a worker without threads, with the fixture tasks beside the built-in ones. */
export function testServices(overrides: Partial<Services> = {}): Services & { logged: string[] } {
  const logged: string[] = [];
  const log = pino(
    { level: "info", serializers: { err: loggedError } },
    { write: (line) => void logged.push(line) },
  );
  const telemetry = new Telemetry();
  logEvents(telemetry, log);
  const own = Object.values(fixtures).filter(isTask);
  return {
    identity: { worker: 1, pid: process.pid },
    workers: { ready: 1, total: 1 },
    tasks: createRegistry([...builtInTasks(limits), ...own]),
    dispatcher: new Dispatcher({
      slots: 1,
      memoryBytes: 1024 ** 3,
      maxPending: 100,
      queueTimeoutMs: 10_000,
      runTimeoutMs: 10_000,
      hangTimeoutMs: 10_000,
      clock: systemClock,
      telemetry,
    }),
    guard: createGuard(testGuardSettings),
    jobs: null,
    jobTimeoutMs: 60_000,
    webhooks: noTargets,
    executors: new Map<ExecutorName, Executor>([
      ["inline", new InlineExecutor()],
      ["libuv", new LibuvExecutor({ nice: false })],
    ]),
    defaultExecutor: "inline",
    bodyLimitBytes: 100_000,
    headerLimitBytes: 16 * 1024,
    clientAddress: clientAddressBehind([]),
    rateLimiter: null,
    exposeErrors: false,
    errorStacks: false,
    log,
    telemetry,
    figures: async () => fullFigures(),
    controlUrl: () => undefined,
    stopping: new AbortController().signal,
    clock: systemClock,
    logged,
    ...overrides,
  };
}

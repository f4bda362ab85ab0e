/** A worker process: boots, says that it is ready, and leaves when it is told to. */
import type { Logger } from "pino";
import { wholeTextOf } from "../compute/setups.ts";
import type { WorkerConfig } from "../config/config.ts";
import { watchUserCode } from "../tasks/user-code.ts";
import { logRequests } from "../telemetry/access-log.ts";
import { watchDescriptors } from "../telemetry/descriptors.ts";
import { Telemetry } from "../telemetry/events.ts";
import { createLog } from "../telemetry/log.ts";
import { logEvents } from "../telemetry/log-events.ts";
import { outliveOutput } from "../telemetry/streams.ts";
import { findTracing } from "../telemetry/tracing/find-tracing.ts";
import { composeWorker } from "./compose.ts";
import { Supervision } from "./primary-link.ts";
import { watchWear } from "./recycling.ts";
import { Watchdog } from "./watchdog/watchdog.ts";

/** Serves until the primary says drain, or until the channel to the primary closes. */
export async function startWorker(settings: WorkerConfig): Promise<void> {
  const { config, worker } = settings;
  outliveOutput();
  const tracing = await findTracing();
  const log = createLog(config, { worker, pid: process.pid }, tracing);
  const telemetry = new Telemetry();
  logEvents(telemetry, log);
  if (config.accessLog !== "off") logRequests(telemetry, log, config.accessLog);
  watchDescriptors(telemetry);
  handleProcessEvents(log);
  const supervision = new Supervision(config.workers);
  // It may change while this worker boots.
  supervision.onLogLevel = (level) => {
    log.level = level;
  };
  const onError = (err: Error) => log.error({ err }, "the watchdog of this worker failed");
  if (config.watch === "on") {
    const { reportModules } = await import("./report-modules.ts");
    reportModules((path, version) => supervision.reads(path, version));
  }
  const watch = new Watchdog({ ...config, onError });
  watchUserCode(watch);
  try {
    const leaving = await composeWorker(settings, { log, telemetry, tracing, watch, supervision });
    // Whoever signals the whole process group may do so again.
    process.on("SIGTERM", () => leaving.drain(false));
    supervision.onDrain = (goesOn) => leaving.drain(goesOn);
    watch.watchLoop();
    supervision.ready();
    watchWear({
      ...{ config, telemetry },
      onWorn: (reason) => supervision.worn(reason),
      onWarning: (message) => log.warn(message),
    });
  } catch (error) {
    supervision.bootFailed(wholeTextOf(error), () => process.exit(1));
  }
}

function handleProcessEvents(log: Logger): void {
  // A terminal sends these to every process of the server; the primary decides what they mean.
  for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => {});
  process.on("uncaughtException", (err) => {
    log.fatal({ err }, "uncaught exception");
    process.exit(1);
  });
}

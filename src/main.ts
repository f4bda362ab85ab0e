/** The command: reads the configuration and becomes the primary, or a worker that it forked. */
import cluster from "node:cluster";
import { availableParallelism, networkInterfaces } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Logger } from "pino";
import { startOf, typed } from "./config/commands.ts";
import { type Config, packageVersion, parseConfig, readWorkerConfig } from "./config/config.ts";
import type { Service } from "./primary/service.ts";
import { createLog } from "./telemetry/log.ts";
import { outliveOutput } from "./telemetry/streams.ts";

// Exit codes: 1, the server could not run; 2, the command line or the environment is wrong.
const usageError = 2;

/**
 * @param takeSignals returns the signals that came since the process started, and keeps no more:
 *   from its call on, whoever calls it has to have handlers of its own
 */
export async function main(takeSignals: () => readonly NodeJS.Signals[]): Promise<void> {
  if (cluster.isWorker) {
    await raise(takeSignals);
    const { startWorker } = await import("./worker/worker.ts");
    await startWorker(readWorkerConfig(process.env));
    return;
  }
  const [tool] = process.argv.slice(2);
  if (tool === "bench" || tool === "stress") {
    await raise(takeSignals);
    process.argv.splice(2, 1); // They read what follows.
    await (tool === "bench" ? import("../bench/main.ts") : import("../bench/stress.ts"));
    return;
  }
  const flags = process.argv.slice(2);
  const command = parseConfig(flags, process.env, availableParallelism(), addresses());
  switch (command.kind) {
    case "help":
      process.stdout.write(command.text);
      return;
    case "version":
      process.stdout.write(`${packageVersion()}\n`);
      return;
    case "errors":
      process.stderr.write(command.errors.map((error) => `manycore: ${error}\n`).join(""));
      process.stderr.write(
        `Run ${typed(startOf(process.env), "serve", "--help")} for all options.\n`,
      );
      process.exitCode = usageError;
      return;
    case "serve":
      process.exit(await serve(command.config, command.warnings, takeSignals));
  }
}

/** Signals that came before anybody could take them do what they would have done. */
async function raise(takeSignals: () => readonly NodeJS.Signals[]): Promise<void> {
  // The loop looks for signals once in a turn: one that was not seen by now would be lost.
  await nextTurn();
  await nextTurn();
  for (const signal of takeSignals()) process.kill(process.pid, signal);
}

/** @returns the exit code */
async function serve(
  config: Config,
  warnings: readonly string[],
  takeSignals: () => readonly NodeJS.Signals[],
): Promise<number> {
  outliveOutput();
  const { runPrimary } = await import("./primary/primary.ts");
  const log = createLog(config);
  for (const warning of warnings) log.warn(warning);
  return runPrimary(config, {
    log,
    openServices: () => openServices(config, log),
    entry: new URL("./manycore.js", import.meta.url),
    takeSignals,
    print: (line) => process.stdout.write(`${line}\n`),
  });
}

async function openServices(config: Config, log: Logger): Promise<Service[]> {
  if (config.queue.kind === "none") return [];
  const { EmbeddedHost } = await import("./jobs/sqlite/primary/host.ts");
  const queue = await EmbeddedHost.open({
    path: config.queue.path,
    retentionMs: config.jobRetentionMs,
    workers: config.workers,
    log,
  });
  return [queue];
}

/** Of this machine's network interfaces. */
function addresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(
    (each) => each?.map((one) => one.address) ?? [],
  );
}

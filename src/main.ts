/** The command: reads the configuration and becomes the primary, or a worker that it forked. */
import cluster from "node:cluster";
import { availableParallelism, networkInterfaces } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Logger } from "pino";
import { startOf, typed } from "./config/commands.ts";
import { type Config, packageVersion, parseConfig, readWorkerConfig } from "./config/config.ts";
import type { Service } from "./primary/service.ts";
import { createLog, isPretty } from "./telemetry/log.ts";
import { outliveOutput } from "./telemetry/streams.ts";

/** Exit codes: 1, the server could not run or had to stop; 2, the command line or a variable is wrong. */
const exitCodes = { failed: 1, usage: 2 } as const;

/** Returns the signals that came since the process started. From then on the caller handles them. */
type TakeSignals = () => readonly NodeJS.Signals[];

export async function main(takeSignals: TakeSignals): Promise<void> {
  if (cluster.isWorker) {
    await raise(takeSignals);
    const { startWorker } = await import("./worker/worker.ts");
    await startWorker(readWorkerConfig(process.env));
    return;
  }
  const [name] = process.argv.slice(2);
  if (name === "bench" || name === "stress") {
    await raise(takeSignals);
    process.argv.splice(2, 1); // They read what follows.
    await (name === "bench" ? import("../bench/main.ts") : import("../bench/stress.ts"));
    return;
  }
  const argv = process.argv.slice(2);
  const parsed = parseConfig(argv, process.env, availableParallelism(), localAddresses());
  switch (parsed.kind) {
    case "help":
      process.stdout.write(parsed.text);
      return;
    case "version":
      process.stdout.write(`${packageVersion()}\n`);
      return;
    case "errors":
      reportErrors(parsed.errors, parsed.logFormat);
      process.exitCode = exitCodes.usage;
      return;
    case "serve":
      process.exit(await serve(parsed.config, parsed.warnings, takeSignals));
  }
}

/** Sends this process the signals that came before it could handle them. */
async function raise(takeSignals: TakeSignals): Promise<void> {
  // The event loop polls signals once a turn. Two turns, so that none is still on its way.
  await nextTurn();
  await nextTurn();
  for (const signal of takeSignals()) process.kill(process.pid, signal);
}

function reportErrors(errors: readonly string[], logFormat: Config["logFormat"]): void {
  const log = createLog({ logLevel: "fatal", logFormat });
  for (const error of errors) log.fatal(error);
  if (!isPretty(logFormat)) return; // Each line of JSON has its remedy.
  const help = typed(startOf(process.env), "serve", "--help");
  process.stderr.write(`Run ${help} for all options.\n`);
}

/** @returns the exit code */
async function serve(
  config: Config,
  warnings: readonly string[],
  takeSignals: TakeSignals,
): Promise<number> {
  outliveOutput();
  const log = createLog(config);
  exitOnException(log);
  const { runPrimary } = await import("./primary/primary.ts");
  for (const warning of warnings) log.warn(warning);
  return runPrimary(config, {
    log,
    openServices: () => openServices(config, log),
    entry: new URL("./manycore.js", import.meta.url),
    takeSignals,
    print: (line) => process.stdout.write(`${line}\n`),
  });
}

/** Node would print the exception as text, in a pipe too. The workers end with their primary. */
function exitOnException(log: Logger): void {
  process.on("uncaughtException", (err) => {
    // Whoever wants no log still has to know why there is no server.
    log.child({}, { level: "fatal" }).fatal({ err }, "uncaught exception in the primary");
    process.exit(exitCodes.failed);
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

/** The addresses of this machine's network interfaces. */
function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(
    (each) => each?.map((one) => one.address) ?? [],
  );
}

/** The command: reads the configuration and becomes the primary, or a worker that it forked. */
import cluster from "node:cluster";
import { availableParallelism, networkInterfaces } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Logger } from "pino";
import { startOf, typed } from "./config/commands.ts";
import {
  type Config,
  packageVersion,
  readConfig,
  readWorkerConfig,
  workerVariable,
} from "./config/config.ts";
import { taskSourceErrors } from "./config/task-sources.ts";
import { openControl, openServices } from "./open-services.ts";
import { hasControllingTerminal } from "./primary/controlling-terminal.ts";
import type { PrimaryOptions } from "./primary/primary-options.ts";
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
    const settings = readWorkerConfig(process.env);
    delete process.env[workerVariable]; // It is none of a task's business.
    await startWorker(settings);
    return;
  }
  const [name] = process.argv.slice(2);
  if (name === "bench" || name === "stress") {
    await raise(takeSignals);
    process.argv.splice(2, 1); // They read what follows.
    await (name === "bench" ? import("../bench/main.ts") : import("../bench/stress.ts"));
    return;
  }
  if (name === "backup") {
    await raise(takeSignals);
    const { runBackup } = await import("./backup.ts");
    process.exit(await runBackup(process.argv.slice(3), process.env));
  }
  if (name === "init") {
    await raise(takeSignals);
    const { runInit } = await import("./terminal/init.ts");
    process.exitCode = runInit(process.argv.slice(3));
    return;
  }
  if (name === "run" || name === "submit") {
    await raise(takeSignals);
    const { runClient } = await import("./terminal/client-command.ts");
    process.exitCode = await runClient(name, process.argv.slice(3), process.env);
    return;
  }
  if (name === "ctl") {
    await raise(takeSignals);
    const { runCtl } = await import("./terminal/ctl.ts");
    process.exitCode = await runCtl(process.argv.slice(3), process.env);
    return;
  }
  const argv = process.argv.slice(2);
  const env = { ...process.env }; // Secrets are taken out of it later.
  const cores = availableParallelism();
  const readAgain = () => readConfig(argv, env, cores, localAddresses());
  const { parsed, modules } = await unlessStopped(readAgain());
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
    case "serve": {
      const missing = taskSourceErrors(parsed.config.taskFiles);
      if (missing.length === 0) {
        const { config, warnings } = parsed;
        process.exit(await serve(config, warnings, takeSignals, { modules, readAgain }));
      }
      reportErrors(missing, parsed.config.logFormat);
      process.exitCode = exitCodes.usage;
    }
  }
}

/** Sends this process the signals that came before it could handle them. */
async function raise(takeSignals: TakeSignals): Promise<void> {
  // The event loop polls signals once a turn. Two turns, so that none is still on its way.
  await nextTurn();
  await nextTurn();
  for (const signal of takeSignals()) process.kill(process.pid, signal);
}

/**
 * A configuration file may take its time. Nothing has started by then that a signal would have to
 * stop. A SIGHUP that asks for a reload has come too early.
 */
async function unlessStopped<Value>(reading: Promise<Value>): Promise<Value> {
  const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
  const exit = (signal: NodeJS.Signals) => {
    if (signal !== "SIGHUP" || hasControllingTerminal()) process.exit(0);
  };
  for (const signal of signals) process.on(signal, exit);
  const read = await reading;
  for (const signal of signals) process.off(signal, exit);
  return read;
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
  watched: Pick<PrimaryOptions, "modules" | "readAgain">,
): Promise<number> {
  outliveOutput();
  const log = createLog(config);
  exitOnException(log);
  const { runPrimary } = await import("./primary/run-primary.ts");
  for (const warning of warnings) log.warn(warning);
  const options = {
    ...{ ...watched, log, openServices: () => openServices(config, log), openControl },
    entry: new URL("./manycore.js", import.meta.url),
    print: (line: string) => process.stdout.write(`${line}\n`),
  };
  return runPrimary(config, options, takeSignals);
}

/** Node would print the exception as text, in a pipe too. The workers end with their primary. */
function exitOnException(log: Logger): void {
  process.on("uncaughtException", (err) => {
    // Whoever wants no log still has to know why there is no server.
    log.child({}, { level: "fatal" }).fatal({ err }, "uncaught exception in the primary");
    process.exit(exitCodes.failed);
  });
}

/** The addresses of this machine's network interfaces. */
function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(
    (each) => each?.map((one) => one.address) ?? [],
  );
}

import { createRequire } from "node:module";
import { isatty } from "node:tty";
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from "pino";
import type { LogFormat, LogLevel } from "../config.ts";

export interface LogSettings {
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

const stderr = 2;

/**
 * A log on stderr, so that stdout stays for what a program may want to read. Every line is written
 * before the call returns: the last words before an exit are never lost.
 *
 * @param bindings are part of every line, such as the worker's number
 */
export function createLog(
  settings: LogSettings,
  bindings: Readonly<Record<string, unknown>> = {},
): Logger {
  const output = destination({ dest: stderr, sync: true });
  const terminal = isatty(stderr);
  return pino(
    {
      level: settings.logLevel,
      base: bindings,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    isPretty(settings.logFormat, terminal) ? pretty(output, terminal) : output,
  );
}

export function isPretty(format: LogFormat, terminal: boolean): boolean {
  return format === "pretty" || (format === "auto" && terminal);
}

/** pino-pretty's own stream hands lines on later; its formatter alone leaves the writing to us. */
function pretty(output: DestinationStream, colorize: boolean): DestinationStream {
  // Loaded here: it takes time, and only people who watch a terminal need it.
  const { prettyFactory } = createRequire(import.meta.url)("pino-pretty") as PinoPretty;
  const format = prettyFactory({ colorize, singleLine: true, translateTime: "SYS:HH:MM:ss.l" });
  return { write: (line) => output.write(format(line)) };
}

type PinoPretty = typeof import("pino-pretty");

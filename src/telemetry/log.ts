import { createRequire } from "node:module";
import { isatty } from "node:tty";
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from "pino";
import type { LogFormat, LogLevel } from "../config.ts";

export interface LogSettings {
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

const stderr = 2;

/** Lines that could not be written wait for the next one, up to so many characters. */
const maxLength = 1_000_000;

/**
 * A log on stderr, so that stdout stays for what a program may want to read. Every line is written
 * before the call returns, so that the last words before an exit are not lost; unless they cannot
 * be written, as on a full disk: that costs lines, and never what they tell of.
 *
 * @param bindings are part of every line, such as the worker's number
 */
export function createLog(
  settings: LogSettings,
  bindings: Readonly<Record<string, unknown>> = {},
): Logger {
  const output = destination({ dest: stderr, sync: true, maxLength });
  output.on("error", () => {});
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

/**
 * Lets this process outlive what it cannot print: to a full disk, or to a reader that has gone. The
 * start line goes there, and whatever a task prints.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

export function isPretty(format: LogFormat, terminal: boolean): boolean {
  return format === "pretty" || (format === "auto" && terminal);
}

/** pino-pretty's own stream hands lines on later; its formatter alone leaves the writing to us. */
function pretty(output: DestinationStream, colorize: boolean): DestinationStream {
  // Loaded here: it takes time, and only people who watch a terminal need it.
  const { prettyFactory } = createRequire(import.meta.url)("pino-pretty") as PinoPretty;
  const format = prettyFactory({ colorize, singleLine: true, translateTime: "SYS:HH:MM:ss.l" });
  return { write: (line) => output.write(format(printable(line))) };
}

/** A backslash; the escape of a control character; one that JSON lets stand as it is. */
const unprintable =
  /\\\\|\\[bfr]|\\u00[01].|[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Makes of a line of JSON a record that leaves a terminal as it is: characters that would steer it,
 * or turn its text around, stay escaped (a task's error may say anything). A message keeps to its
 * line, so that it cannot pass for another one; a stack is indented, and may have several.
 */
function printable(line: string): object {
  const escaped = line.replace(unprintable, (found) => {
    if (found.startsWith("\\")) return found === "\\\\" ? found : `\\${found}`;
    return `\\\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  const record = JSON.parse(escaped) as Record<string, unknown>;
  const { msg } = record;
  return typeof msg === "string" ? { ...record, msg: msg.replaceAll("\n", "\\n") } : record;
}

type PinoPretty = typeof import("pino-pretty");

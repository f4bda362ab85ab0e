import { createRequire } from "node:module";
import { isatty } from "node:tty";
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import type { Config } from "../config/config.ts";
import { traceFields } from "./access-log.ts";
import { escapeHidden, escapesOf, hidden } from "./hidden-characters.ts";
import { loggedError } from "./logged-error.ts";
import type { Gap } from "./outlet.ts";
import { streams, tellOfGaps } from "./streams.ts";
import type { Tracing } from "./tracing/tracing.ts";

export type LogSettings = Pick<Config, "logLevel" | "logFormat">;

const stderr = 2;

/**
 * A log on stderr: stdout is for output that a program may read. Every line is written before the
 * call returns, so the last words before an exit are not lost. A line that cannot be written (a
 * full disk, a reader that does not read) is dropped, and never holds up the process. The log says
 * where lines are missing, and how many.
 *
 * @param bindings fields of every line, such as the worker's number
 * @param tracing adds the ids of the span in whose context a line is written
 */
export function createLog(
  settings: LogSettings,
  bindings: Readonly<Record<string, unknown>> = {},
  tracing?: Tracing,
): Logger {
  const output: DestinationStream = { write: (line) => streams().stderr.write(line) };
  const json: DestinationStream = { write: (line) => output.write(escapeHidden(line)) };
  const terminal = isatty(stderr);
  const log = pino(
    {
      level: settings.logLevel,
      base: bindings,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: loggedError },
      ...(tracing && { mixin: () => traceFields(tracing.activeIds()) }),
    },
    isPretty(settings.logFormat, terminal) ? pretty(output, terminal) : json,
  );
  tellOfGaps((gap, stream) => logGap(log, gap, stream));
  return log;
}

/** Logs how many lines are missing here, at a level that the log has. */
function logGap(log: Logger, { lines, bytes, reason }: Gap, stream: string): void {
  const why = reason === "EAGAIN" ? "nobody read it" : `it could not be written (${reason})`;
  const level = log.isLevelEnabled("warn") ? "warn" : log.level;
  log[level as LogSettings["logLevel"]](
    { stream, lines, bytes },
    `${lines} lines of ${stream} are missing here: ${why}`,
  );
}

export function isPretty(
  format: LogSettings["logFormat"],
  terminal: boolean = isatty(stderr),
): boolean {
  return format === "pretty" || (format === "auto" && terminal);
}

/** pino-pretty's own stream writes later. Its formatter alone leaves the writing to us. */
function pretty(output: DestinationStream, colorize: boolean): DestinationStream {
  // Loaded late: it takes time, and only a terminal needs it.
  const { prettyFactory } = createRequire(import.meta.url)("pino-pretty") as PinoPretty;
  const format = prettyFactory({ colorize, singleLine: true, translateTime: "SYS:HH:MM:ss.l" });
  return {
    write(line) {
      const record = printable(line);
      output.write(isLastWord(record) ? plain(record) : format(record));
    },
  };
}

/** Whether a record says why there is no server: fatal, and not of a worker, which is replaced. */
function isLastWord({ level, worker }: LogRecord): boolean {
  return level === "fatal" && worker === undefined;
}

function plain({ msg, err }: LogRecord): string {
  return `manycore: ${[msg, err?.stack].filter(Boolean).join("\n")}\n`;
}

/** A backslash; the escape of a control character; a character that nobody sees. */
const unprintable = new RegExp(`\\\\\\\\|\\\\[bfr]|\\\\u00[01].|${hidden.source}`, "gv");

/**
 * Turns a line of JSON into a record that is safe on a terminal. Characters that would control it,
 * or reverse its text, stay escaped: a task's error may contain anything. A message stays on one
 * line, so that it cannot imitate another. A stack is indented, and may have several lines.
 */
function printable(line: string): LogRecord {
  const escaped = line.replace(unprintable, (found) => {
    if (found.startsWith("\\")) return found === "\\\\" ? found : `\\${found}`;
    return escapesOf(found).replaceAll("\\", "\\\\");
  });
  const record = JSON.parse(escaped) as LogRecord;
  const { msg } = record;
  return typeof msg === "string" ? { ...record, msg: msg.replaceAll("\n", "\\n") } : record;
}

interface LogRecord {
  readonly level?: string;
  readonly worker?: number;
  readonly msg?: string;
  readonly err?: { readonly stack?: string };
}

type PinoPretty = typeof import("pino-pretty");

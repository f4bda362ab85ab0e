/** Options: the log. */
import type { Group } from "../option.ts";
import { choice } from "../values.ts";

/** The most important one first. */
export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

export const logOptions = {
  logLevel: {
    flag: "log-level",
    kind: choice("LEVEL", logLevels),
    default: "info",
    doc: "Least important level that is logged, to stderr",
  },
  logFormat: {
    flag: "log-format",
    kind: choice("FORMAT", ["auto", "json", "pretty"]),
    default: "auto",
    doc: "Format of the log. auto is pretty on a terminal and JSON lines elsewhere",
  },
  accessLog: {
    flag: "access-log",
    kind: choice("WHICH", ["off", "errors", "all"]),
    default: "off",
    doc: "Which requests get a line in the log. errors: status 400 or higher, or the client left. Failures (500) always get one",
  },
} as const satisfies Group;

/** Options: the log. */
import type { Group } from "../option.ts";
import { choice } from "../values.ts";

export const logOptions = {
  logLevel: {
    flag: "log-level",
    kind: choice("LEVEL", ["fatal", "error", "warn", "info", "debug", "trace", "silent"]),
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
    kind: choice("WHICH", ["off", "all"]),
    default: "off",
    doc: "Which requests get a line in the log. Failures (500) always get one",
  },
} as const satisfies Group;

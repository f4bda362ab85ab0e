/** Options: who may do what. */
import { isAbsolute, join } from "node:path";
import { hostNames } from "../host-names.ts";
import type { Kind } from "../kind.ts";
import { size } from "../measures.ts";
import type { Group } from "../option.ts";
import { pageOrigins } from "../origins.ts";
import { secretToken } from "../token.ts";
import { text, wholeNumber } from "../values.ts";

const kb = 1024;

const few = wholeNumber(1, 1_000_000);

/** Null: what the file descriptors of the worker allow. */
const connectionCount: Kind<number | null, number | "auto"> = {
  ...few,
  allowed: `auto, or ${few.allowed}`,
  parse: (given) => (given === "auto" ? { ok: true, value: null } : few.parse(given)),
};

export const defenceOptions = {
  token: {
    flag: "token",
    kind: secretToken,
    default: "",
    doc: "Token that clients must send for all that has to do with jobs, and for changes at control: Authorization: Bearer TOKEN. Repeat it for more, each of which is taken. Everybody on the machine can read a flag (ps): use the variable or --token-file where that matters",
    repeatable: true,
  },
  tokenFiles: {
    flag: "token-file",
    kind: text("FILE", "the path of a file", /./, "token"),
    default: "",
    doc: "File with tokens, one a line. A reload reads it again",
    repeatable: true,
    fromFolder: (path, folder) => (isAbsolute(path) ? path : join(folder, path)),
  },
  allowedHosts: {
    flag: "allowed-hosts",
    kind: hostNames,
    default: "none",
    doc: "Names that the Host header may have, beside those of loopback. On a loopback --host others are refused (DNS rebinding); on any other --host only if there is such a list. any turns the check off",
  },
  cors: {
    flag: "cors",
    kind: pageOrigins,
    default: "none",
    doc: "Sites whose pages may use the server from a browser (CORS)",
  },
  maxConnections: {
    flag: "max-connections",
    kind: connectionCount,
    default: "auto",
    doc: "Open connections of each worker. Further ones are closed. auto: as many as its file descriptors allow",
  },
  headerLimitBytes: {
    flag: "header-limit",
    kind: size(4 * kb, 256 * kb),
    default: "16kb",
    doc: "Largest header of a request, with its URL. Past it the answer is 431; 414 if the URL alone takes more than half",
  },
} as const satisfies Group;

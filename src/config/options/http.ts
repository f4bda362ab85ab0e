/** Options: HTTP. */

import { size } from "../measures.ts";
import type { Group } from "../option.ts";
import { mb, upToADay } from "./bounds.ts";

export const httpOptions = {
  headersTimeoutMs: {
    flag: "headers-timeout",
    kind: upToADay,
    default: "10s",
    doc: "Longest time to receive a request's headers. At most --request-timeout",
  },
  requestTimeoutMs: {
    flag: "request-timeout",
    kind: upToADay,
    default: "30s",
    doc: "Longest time to receive a whole request",
  },
  keepAliveTimeoutMs: {
    flag: "keep-alive-timeout",
    kind: upToADay,
    default: "65s",
    doc: "How long an idle connection is kept open",
  },
  bodyLimitBytes: {
    flag: "body-limit",
    kind: size(1, 256 * mb),
    default: "1mb",
    doc: "Largest request body. Past it the answer is 413",
  },
} as const satisfies Group;

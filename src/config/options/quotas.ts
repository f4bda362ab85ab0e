/** Options: how much one client may take. */
import type { Group } from "../option.ts";
import { rate } from "../rate.ts";
import { trustedProxies } from "../trusted-proxies.ts";

export const quotasOptions = {
  trustProxy: {
    flag: "trust-proxy",
    kind: trustedProxies,
    default: "none",
    doc: "Proxies whose X-Forwarded-For names the client: those in front of the server by their number, or those at these addresses. Without any, the client is whoever connects",
  },
  rateLimit: {
    flag: "rate-limit",
    kind: rate,
    default: "none",
    doc: "Requests that one client may send in a time, to all workers together, and to all hosts that share a queue in Redis. Past it the answer is 429. GET /livez and /readyz are not counted",
  },
} as const satisfies Group;

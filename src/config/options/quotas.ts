/** Options: how much one client may take. */
import type { Group } from "../option.ts";
import { trustedProxies } from "../trusted-proxies.ts";

export const quotasOptions = {
  trustProxy: {
    flag: "trust-proxy",
    kind: trustedProxies,
    default: "none",
    doc: "Proxies whose X-Forwarded-For names the client: those in front of the server by their number, or those at these addresses. Without any, the client is whoever connects",
  },
} as const satisfies Group;

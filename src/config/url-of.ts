import { isIPv6 } from "node:net";

/**
 * Where a client on this machine finds who listens there. It cannot connect to "every address": the
 * loopback address stands for it.
 */
export function urlOf(host: string, port: number): string {
  if (host === "0.0.0.0") return `http://127.0.0.1:${port}`;
  if (host === "::") return `http://[::1]:${port}`;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

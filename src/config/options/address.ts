/** Options: where the server listens. */
import type { Group } from "../option.ts";
import { text, wholeNumber } from "../values.ts";

export const addressOptions = {
  host: {
    flag: "host",
    kind: text("HOST", "an IP address or a host name", /^[\w.:%-]+$/, "::1"),
    default: "127.0.0.1",
    doc: "Address to listen on. 0.0.0.0 means every IPv4 address, and :: every address",
    alias: "HOST",
  },
  port: {
    flag: "port",
    short: "p",
    kind: wholeNumber(0, 65_535),
    default: "8000",
    doc: "TCP port to listen on. 0 takes any free one",
    alias: "PORT",
  },
} as const satisfies Group;

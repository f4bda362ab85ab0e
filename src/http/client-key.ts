import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { ClientAddress } from "./client-address.ts";

/** Clients whose connection has closed meanwhile count together. */
const unknownClient = "unknown";

/** Who counts as the client that sent a request. */
export function clientOf(request: IncomingMessage, addressOf: ClientAddress): string {
  const address = addressOf(request);
  return address === undefined ? unknownClient : clientKey(address);
}

/**
 * What counts as one client: an IPv4 address, or the first 64 bits of an IPv6 address. A single
 * machine has that many, and a new address for each request if it likes (RFC 4291, section 2.5.4).
 */
export function clientKey(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.replace(/%.*/, "").split("::");
  const groups = groupsOf(head);
  if (tail !== undefined) {
    const last = groupsOf(tail);
    const widthOfLast = last.length + (tail.includes(".") ? 1 : 0); // An IPv4 address is two groups.
    while (groups.length + widthOfLast < 8) groups.push("0");
    groups.push(...last);
  }
  const prefix = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${prefix.join(":")}::/64`;
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}

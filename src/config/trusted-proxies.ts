import { isIP } from "node:net";
import { compile } from "proxy-addr";
import { messageOf } from "../errors.ts";
import { type Kind, numberText, type Parsed, refused, within } from "./kind.ts";

/**
 * Whose X-Forwarded-For is believed: that of so many proxies in front of the server, or that of proxies
 * at these addresses, CIDR ranges, or named ranges of proxy-addr. An empty list: nobody's.
 */
export type TrustedProxies = number | readonly string[];

const mostProxies = 32;

const namedRanges = ["loopback", "linklocal", "uniquelocal"];

export const trustedProxies: Kind<TrustedProxies, string | number> = {
  allowed: `none, the number of proxies (1 to ${mostProxies}), or a list of loopback, linklocal, uniquelocal, addresses and CIDR ranges, separated by commas`,
  placeholder: "PROXIES",
  examples: ["none", "loopback", "1", "loopback,10.0.0.0/8,2001:db8::1"],
  textOf: numberText,
  parse(given) {
    if (given === "none") return { ok: true, value: [] };
    if (/^\d+$/.test(given)) return within(Number(given), 1, mostProxies);
    return parseRanges(given.split(",").map((entry) => entry.trim()));
  },
};

function parseRanges(entries: readonly string[]): Parsed<readonly string[]> {
  for (const entry of entries) {
    if (namedRanges.includes(entry)) continue;
    if (entry === "none") return { ok: false, reason: "none stands alone" };
    const [address = "", prefix, ...more] = entry.split("/");
    if (isIP(address) === 0 || address.includes("%") || more.length > 0) return refused;
    if (prefix !== undefined && !/^\d+$/.test(prefix)) return refused;
    try {
      compile(entry);
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }
  return { ok: true, value: entries };
}

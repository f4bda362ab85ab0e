import { isIP } from "node:net";
import type { Kind, Parsed } from "./kind.ts";

/** The names of the server, in lower case; `*.NAME` for every name below it, `any` for all. */
export const hostNames: Kind<readonly string[]> = {
  allowed:
    "none, any, or a list of host names, *.NAMEs and addresses, without ports, separated by commas",
  placeholder: "NAMES",
  examples: ["none", "any", "jobs.example.com,*.example.org,192.0.2.1"],
  parse(given) {
    if (given === "none") return { ok: true, value: [] };
    const names: string[] = [];
    for (const entry of given.split(",")) {
      const parsed = parseName(entry.trim());
      if (!parsed.ok) return parsed;
      names.push(parsed.value);
    }
    return { ok: true, value: names };
  },
};

function parseName(entry: string): Parsed<string> {
  if (entry.includes("://")) {
    return { ok: false, reason: `Leave out ${entry.slice(0, entry.indexOf("://") + 3)}` };
  }
  const [, star = "", name = ""] = /^(\*\.)?(.*)$/.exec(entry) ?? [];
  const bare = name.replace(/^\[(.*)\]$/, "$1");
  const isIpv6 = isIP(bare) === 6;
  if (bare.includes(":") && !isIpv6) return { ok: false }; // A port.
  const known = nameOfHost(isIpv6 ? `[${bare}]` : bare);
  return known === undefined ? { ok: false } : { ok: true, value: star + known };
}

/**
 * The host of a `Host` header, without its port, as a URL writes it: in lower case, an address in its
 * one spelling, without the dot of the root.
 *
 * @returns undefined for text that is no host
 */
export function nameOfHost(host: string): string | undefined {
  if (!/^[^\s/?#@\\%*,]+$/.test(host)) return undefined;
  const name = URL.parse(`http://${host}/`)?.hostname.replace(/\.$/, "");
  return name === "" ? undefined : name?.replace(/^\[|\]$/g, "");
}

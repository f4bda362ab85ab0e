import { isIP } from "node:net";
import type { Kind, Parsed } from "./kind.ts";

/**
 * Holds the secrets that sign webhooks, separated by spaces. It is no option: what is typed after a
 * flag can be read by every user of the machine (ps).
 */
export const webhookSecretVariable = "MANYCORE_WEBHOOK_SECRET";

/** One entry of `--webhooks`: where webhooks may be sent. A port of null means every port. */
export type WebhookHost =
  /** Every host that has a public address. */
  | { readonly kind: "any" }
  /** A host name, in lower case and ASCII. `isParent`: every name below it instead (`*.NAME`). */
  | {
      readonly kind: "name";
      readonly name: string;
      readonly isParent: boolean;
      readonly port: number | null;
    }
  /** One address, or a range of them. */
  | {
      readonly kind: "range";
      readonly address: string;
      readonly prefix: number;
      readonly port: number | null;
    };

const refused = { ok: false } as const;

export const webhookHosts: Kind<readonly WebhookHost[]> = {
  allowed:
    "none, any (every public host), or a list of host names, *.NAMEs, addresses and CIDR ranges, with or without a port, separated by commas",
  placeholder: "HOSTS",
  examples: ["none", "any", "hooks.example.com,*.example.org:8443,127.0.0.1:9000,10.0.0.0/8"],
  parse(given) {
    if (given === "none") return { ok: true, value: [] };
    const hosts: WebhookHost[] = [];
    for (const entry of given.split(",")) {
      const parsed = parseEntry(entry.trim());
      if (!parsed.ok) return parsed;
      hosts.push(parsed.value);
    }
    return { ok: true, value: hosts };
  },
};

function parseEntry(entry: string): Parsed<WebhookHost> {
  if (entry === "any") return { ok: true, value: { kind: "any" } };
  if (entry === "none") return { ok: false, reason: "none stands alone" };
  if (entry.includes("://")) {
    return { ok: false, reason: `Leave out ${entry.slice(0, entry.indexOf("://") + 3)}` };
  }
  if (isIP(entry) === 6) return rangeOf(entry, undefined, null);
  const [, host = "", prefix, port] = /^(\[[\w.:]+\]|[^[\]/:]+)(?:\/(\d+))?(?::(\d+))?$/.exec(
    entry,
  ) ?? [undefined, ...splitRange(entry)];
  const bare = host.replace(/^\[|\]$/g, "");
  const portNumber = port === undefined ? null : Number(port);
  if (portNumber !== null && !(portNumber >= 1 && portNumber <= 65_535)) return refused;
  const name = asciiName(bare.replace(/^\*\./, ""));
  if (isIP(bare) !== 0) return rangeOf(bare, prefix, portNumber);
  if (name === undefined || prefix !== undefined) return refused;
  if (isIP(name) !== 0) return rangeOf(name, prefix, portNumber); // Such as 0x7f.1.
  const isParent = bare.startsWith("*.");
  return { ok: true, value: { kind: "name", name, isParent, port: portNumber } };
}

/** An IPv6 range is usually written without brackets: `fd00::/8`. */
function splitRange(entry: string): [string, string] | [] {
  const [, address, prefix] = /^([\da-fA-F.:]+)\/(\d+)$/.exec(entry) ?? [];
  return address === undefined || prefix === undefined ? [] : [address, prefix];
}

function rangeOf(
  address: string,
  prefix: string | undefined,
  port: number | null,
): Parsed<WebhookHost> {
  const longest = isIP(address) === 4 ? 32 : 128;
  const length = prefix === undefined ? longest : Number(prefix);
  if (length > longest) return refused;
  return { ok: true, value: { kind: "range", address, prefix: length, port } };
}

/** The name as a URL writes it: in lower case, in ASCII, without the dot of the root. */
function asciiName(given: string): string | undefined {
  if (!/^[^\s/?#@\\:[\]%*]+$/.test(given)) return undefined;
  const url = URL.parse(`http://${given}/`);
  return url?.hostname.replace(/\.$/, "") || undefined;
}

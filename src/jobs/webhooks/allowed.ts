/** Where webhooks may be sent: the URL is checked, and every address that DNS gives for its name. */
import type { BlockList } from "node:net";
import type { WebhookHost } from "../../config/webhook-hosts.ts";
import { familyOf, isPublic, rangesOf, withoutMapping } from "./addresses.ts";

const loopback = rangesOf(["127.0.0.0/8", "::1/128"]);

/**
 * The hosts of `--webhooks`. Two things must be allowed: what the URL names (at the submission, and
 * before each attempt), and the address that is connected to. A name on the list allows public
 * addresses only, because whoever owns the name decides where it leads. A private address is allowed
 * if it is listed itself; `localhost` stands for the loopback addresses, too.
 */
export class AllowedHosts {
  readonly #hosts: readonly WebhookHost[];
  readonly #ranges: readonly { readonly list: BlockList; readonly port: number | null }[];

  constructor(hosts: readonly WebhookHost[]) {
    this.#hosts = hosts;
    this.#ranges = hosts.flatMap((host) => (host.kind === "range" ? [rangeOf(host)] : []));
  }

  /** Why nothing may be sent to what the URL names; null if it may. */
  refusalOfHost(url: URL): string | null {
    const host = hostOf(url);
    const port = portOf(url);
    if (familyOf(host) !== undefined) return this.refusalOfAddress(url, host);
    const isListed = this.#hosts.some((entry) => {
      if (entry.kind === "any") return !isLocalName(host);
      if (entry.kind === "range" || !fitsPort(entry, port)) return false;
      return entry.isParent ? host.endsWith(`.${entry.name}`) : host === entry.name;
    });
    return isListed ? null : `the server sends no webhooks to ${url.host}: it is not in --webhooks`;
  }

  /** Why no connection may be made to an address for the URL; null if it may. */
  refusalOfAddress(url: URL, address: string): string | null {
    const plain = withoutMapping(address.replace(/%.*/, ""));
    if (this.#isListed(plain, portOf(url)) || this.#isOwnLoopback(url, plain)) return null;
    const host = hostOf(url);
    const isNamed = familyOf(host) === undefined;
    if (isPublic(plain)) {
      if (isNamed || this.#hosts.some(({ kind }) => kind === "any")) return null;
      return `the server sends no webhooks to ${url.host}: it is not in --webhooks`;
    }
    const at = isNamed ? `${host} is at ${address}, which` : url.host;
    return `${at} is not a public address, and it is not in --webhooks itself`;
  }

  #isListed(address: string, port: number): boolean {
    const family = familyOf(address);
    return this.#ranges.some((range) => fitsPort(range, port) && range.list.check(address, family));
  }

  #isOwnLoopback(url: URL, address: string): boolean {
    const isNamed = hostOf(url) === "localhost" && loopback.check(address, familyOf(address));
    return (
      isNamed &&
      this.#hosts.some((entry) => {
        return entry.kind === "name" && entry.name === "localhost" && fitsPort(entry, portOf(url));
      })
    );
  }
}

/** The host as a URL has it, without the brackets of IPv6 and the dot of the root. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

export function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}

function rangeOf({ address, prefix, port }: Extract<WebhookHost, { kind: "range" }>) {
  return { list: rangesOf([`${address}/${prefix}`]), port };
}

/** Names of this machine (RFC 6761, 6.3). */
function isLocalName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

function fitsPort(entry: { readonly port: number | null }, port: number): boolean {
  return entry.port === null || entry.port === port;
}

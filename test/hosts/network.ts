import { canMakeNamespaces, Namespaces } from "./namespaces.ts";
import { Proxies } from "./proxies.ts";

/** Where one host is. */
export interface HostPlace {
  /** For `--host`. */
  readonly address: string;
  /** For `--queue`: Redis, as this host reaches it. */
  readonly queue: string;
  /** A script for bash that starts a command there: the command is "$0" "$@". */
  readonly script: string;
  /** From now on it reaches nobody, and nobody hears of that. */
  cut(): void;
  heal(): void;
}

/** Hosts and a Redis, and what is between them. */
export interface Network extends AsyncDisposable {
  /** For the title of a test, and its output. */
  readonly hosts: readonly HostPlace[];
}

/** What `openNetwork` opens here. */
export const networkName = canMakeNamespaces
  ? "network namespaces"
  : "processes and proxies: network namespaces need root (CAP_NET_ADMIN) and iproute2";

export function openNetwork(hosts: number): Promise<Network> {
  return canMakeNamespaces ? Namespaces.open(hosts) : Proxies.open(hosts);
}

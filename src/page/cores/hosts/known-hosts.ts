import type { SeenHost, SeenHosts } from "../../../telemetry/watch/hosts.ts";

/** A host that is gone is shown so long. */
const goneMs = 60_000;

/** `unknown`: nobody can say, as Redis does not answer. */
type Standing = "up" | "gone" | "unknown";

export interface KnownHost {
  /** As it was seen last. */
  readonly host: SeenHost;
  readonly standing: Standing;
  /** Since when it is so, by the page's clock. */
  readonly since: number;
}

/** The hosts that the page has seen, with those that have gone of late. */
export class KnownHosts {
  readonly #hosts = new Map<string, KnownHost>();

  /**
   * @param now by the page's clock
   * @param chosen the id of the host that is shown: it stays in sight
   * @returns this host first, the others by name
   */
  take(
    { others, hosts }: SeenHosts,
    now: number,
    chosen: string | undefined,
  ): readonly KnownHost[] {
    const told = new Set(hosts.map(({ id }) => id));
    for (const { host, standing, since } of this.#hosts.values()) {
      if (told.has(host.id)) continue;
      const isOld = standing !== "up" && now - since > goneMs && host.id !== chosen;
      // In the place of this host there is another process: it is no other host.
      if (host.isThis || isOld) this.#hosts.delete(host.id);
      else this.#become(host, others === "unknown" ? "unknown" : "gone", now);
    }
    for (const host of hosts) this.#become(host, "up", now);
    return [...this.#hosts.values()].sort(inOrder);
  }

  #become(host: SeenHost, standing: Standing, now: number): void {
    const before = this.#hosts.get(host.id);
    const since = before?.standing === standing ? before.since : now;
    this.#hosts.set(host.id, { host, standing, since });
  }
}

function inOrder({ host: one }: KnownHost, { host: other }: KnownHost): number {
  return (
    Number(other.isThis) - Number(one.isThis) ||
    one.name.localeCompare(other.name) ||
    one.id.localeCompare(other.id)
  );
}

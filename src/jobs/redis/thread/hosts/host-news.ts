/** What one host tells all others. */
export type HostNews =
  /** There are jobs to be claimed. */
  | { readonly kind: "ready" }
  /** Tickets have come back, because the lock of a host has ended. */
  | { readonly kind: "returned" }
  /** This attempt is to stop: its job is to be cancelled. */
  | { readonly kind: "stop"; readonly id: string; readonly token: number }
  /** Tasks were paused, or that has ended. */
  | { readonly kind: "paused" };

export function writeNews(news: HostNews, from: string): string {
  return JSON.stringify({ ...news, from });
}

/**
 * Channels are shared by all databases of a Redis, and whoever may publish can write to this one.
 *
 * @param host that hears it, and has said some of it
 * @returns null for what is nothing, or its own
 */
export function readNews(text: string, host: string): HostNews | null {
  const { kind, id, token, from } = parsed(text);
  if (from === host) return null;
  if (kind === "ready" || kind === "returned" || kind === "paused") return { kind };
  const isStop = kind === "stop" && typeof id === "string" && typeof token === "number";
  return isStop ? { kind, id, token } : null;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

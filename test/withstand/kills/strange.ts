import type { Exchange } from "./client.ts";
import type { Kill } from "./killer.ts";

/**
 * Whether a kill explains that a request failed: it was under way at the kill, or was sent before the
 * primary and its client could know of it. Its connection was that of the killed worker, or had been
 * answered by none so far: then it may have been handed to the killed one, or have waited with it.
 *
 * @param isShared whether a run may be carried out by another worker than that of the connection
 */
export function isInFlight(
  { sentAt, endedAt, pid }: Exchange,
  kills: readonly Kill[],
  isShared: boolean,
): boolean {
  return kills.some(
    (kill) =>
      sentAt <= kill.noticedAt &&
      endedAt >= kill.at &&
      (isShared || pid === null || pid === kill.pid),
  );
}

/** What is needed to explain a failure: how it ended, and when the kills around it were. In ms. */
export function describeFailure(exchange: Exchange, kills: readonly Kill[]): string {
  const { sentAt, endedAt, pid, status, error, isReused } = exchange;
  const connection = `${isReused ? "kept" : "new"} connection of ${pid ?? "an unknown worker"}`;
  const ended = `${error ?? `status ${status}`} after ${ms(endedAt - sentAt)}, on a ${connection}`;
  const around = kills
    .filter(({ at, noticedAt }) => at < endedAt + nearMs && noticedAt > sentAt - nearMs)
    .map(
      (kill) =>
        `${kill.pid} killed at ${ms(kill.at - sentAt)}, gone at ${ms(kill.goneAt - sentAt)}, noticed at ${ms(kill.noticedAt - sentAt)}`,
    );
  return `${ended}; from its start on: ${around.join("; ") || "no kill"}`;
}

/** Kills that are further away have nothing to do with it. */
const nearMs = 5000;

const ms = (value: number) => `${value.toFixed(1)} ms`;

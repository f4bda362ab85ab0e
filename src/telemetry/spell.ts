import type { Clock } from "../clock.ts";

/** A spell ends after this long without an event. */
const quietMs = 60_000;

/** Calls `tell` at the start of each spell of events, and ignores the rest of the spell. */
export function oncePerSpell<Parameters extends readonly unknown[]>(
  clock: Pick<Clock, "now">,
  tell: (...parameters: Parameters) => void,
): (...parameters: Parameters) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...parameters) => {
    const now = clock.now();
    const isNew = now - last >= quietMs;
    last = now;
    if (isNew) tell(...parameters);
  };
}

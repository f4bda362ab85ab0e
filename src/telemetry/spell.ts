import type { Clock } from "../clock.ts";

/** A spell is over when nothing has happened for so long. */
const quietMs = 60_000;

/** Tells of something that comes in spells at the start of each one, and not of the rest of it. */
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

/** How far a report of a task is, from 0 to 1; null if it does not say that in a way that is known. */
export function shareOf(progress: unknown): number | null {
  if (typeof progress === "number") return within(progress > 1 ? progress / 100 : progress);
  if (typeof progress !== "object" || progress === null) return null;
  const { done, of, total = of } = progress as Readonly<Record<string, unknown>>;
  if (typeof done !== "number" || typeof total !== "number" || total <= 0) return null;
  return within(done / total);
}

function within(share: number): number | null {
  return Number.isFinite(share) && share >= 0 ? Math.min(share, 1) : null;
}

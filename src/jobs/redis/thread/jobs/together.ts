import type { NewJob } from "../../../new-job.ts";

/** Jobs without a key that are written together. */
const mostTogether = 500;

/** Characters and bytes of inputs that are written together: a script holds up Redis, and with it all hosts. */
const mostInput = 4_000_000;

/** Jobs with keys that are written at the same time, each for itself. */
const mostApart = 200;

export function isPlain({ key, unique }: NewJob): boolean {
  return key === null && unique === null;
}

/** @returns the place behind the last of the jobs from `at` that can be written together */
export function endOfPlain(jobs: readonly NewJob[], at: number): number {
  let size = 0;
  let end = at;
  for (; end < jobs.length && end - at < mostTogether; end++) {
    const job = jobs[end] as NewJob;
    size += job.input.length + (job.body?.byteLength ?? 0);
    if (!isPlain(job) || (size > mostInput && end > at)) break;
  }
  return end;
}

/**
 * @param at the place of a job with a key
 * @returns the place behind the last of the jobs from there that have nothing to do with each other
 */
export function endOfApart(jobs: readonly NewJob[], at: number): number {
  const known = new Map<string, unknown>();
  let end = at;
  for (; end < jobs.length && end - at < mostApart; end++) {
    const job = jobs[end] as NewJob;
    if (isPlain(job)) break;
    const own = sharedBy(job);
    if (
      own.some(([what, value]) => known.has(what) && (value === null || known.get(what) !== value))
    )
      break;
    for (const [what, value] of own) known.set(what, value);
  }
  return Math.max(end, at + 1);
}

/** What others may have, too. `null`: only one of them can have it; else they must agree. */
function sharedBy({ task, key, unique, group }: NewJob): readonly (readonly [string, unknown])[] {
  return [
    ...(key ? [[`key ${key.name}`, null] as const] : []),
    ...(unique ? [[`unique ${task} ${unique.key}`, null] as const] : []),
    ...(group ? [[`group ${group.key}`, group.concurrency ?? "none"] as const] : []),
  ];
}

import type { JobState, ShownJob } from "../../client/shown-job.ts";
import { type BulkName, requestFor } from "./bulk.ts";
import { type JobFilter, queryOf } from "./filter.ts";
import type { ShownPause } from "./shown.ts";

interface JobPage {
  readonly jobs: readonly ShownJob[];
  /** The address of the rest; null for the last page. */
  readonly next: string | null;
}

/** The most that one request lists. */
const mostListed = 1000;
/** Rare jobs come in short pages. No search takes longer. */
const mostPages = 5;

/** `ask` of the page. */
type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** @returns the newest jobs, as many as are wanted, and whether there are more */
export async function listJobs(ask: Ask, filter: JobFilter, wanted: number, signal: AbortSignal) {
  const jobs: ShownJob[] = [];
  let next: string | null = `/jobs?limit=${Math.min(wanted, mostListed)}&${queryOf(filter)}`;
  for (let page = 0; next !== null && jobs.length < wanted && page < mostPages; page++) {
    const answer: JobPage = await json(ask, next, { signal });
    jobs.push(...answer.jobs);
    next = answer.next;
  }
  return { jobs: jobs.slice(0, wanted), isMore: next !== null || jobs.length > wanted };
}

/** @returns how many jobs there are; at least so many where there are more */
export async function countJobs(ask: Ask, filter: JobFilter, signal: AbortSignal) {
  const { jobs, isMore } = await listJobs(ask, filter, mostListed * mostPages, signal);
  return { count: jobs.length, isMore };
}

/** Does it to all of them, in as many requests as it takes. @returns how many have changed */
export async function changeMany(ask: Ask, name: BulkName, selection: JobFilter): Promise<number> {
  const { method, path } = requestFor(name, selection);
  let changed = 0;
  for (let next: string | null = path; next !== null; ) {
    const answer: { changed: number; next: string | null } = await json(ask, next, { method });
    changed += answer.changed;
    next = answer.next;
  }
  return changed;
}

/** @returns how many jobs are in each state; null if the queue does not say */
export async function countStates(ask: Ask, signal: AbortSignal) {
  const stats = await json<{
    jobs: { states: Record<JobState, number>; paused: ShownPause } | null;
  }>(ask, "stats", { signal });
  return stats.jobs;
}

/** Asks control, from where the page is. */
export async function json<Body>(ask: Ask, path: string, init: RequestInit = {}): Promise<Body> {
  const answer = await ask(path.replace(/^\//, ""), init);
  return (await answer.json()) as Body;
}

import type { ShownAttempt, WholeJob } from "../shown.ts";

/** A part of a job's life. */
export interface Span {
  /** `waits`: before an attempt, or between two. `runs`: an attempt that goes on now. */
  readonly kind: "waits" | "runs" | "ended";
  /** Ms since 1970. */
  readonly from: number;
  readonly to: number;
  /** Of an attempt that has ended. */
  readonly outcome: string | null;
  readonly number: number | null;
}

/** The life of a job, from its submission to its end or to now, without gaps. */
export function timelineOf(job: WholeJob, attempts: readonly ShownAttempt[], now: number): Span[] {
  const spans: Span[] = [];
  let at = Date.parse(job.createdAt);
  const add = (span: Span) => {
    if (span.from > at) spans.push({ ...waiting, from: at, to: span.from });
    spans.push(span);
    at = Math.max(at, span.to);
  };
  for (const { startedAt, endedAt, outcome, number } of attempts) {
    add({ kind: "ended", from: Date.parse(startedAt), to: Date.parse(endedAt), outcome, number });
  }
  const end = job.finishedAt === null ? Math.max(now, at) : Date.parse(job.finishedAt);
  if (job.state === "running" && job.startedAt !== null) {
    const from = Math.max(at, Date.parse(job.startedAt));
    add({ kind: "runs", from, to: Math.max(from, end), outcome: null, number: job.attempts });
  } else if (end > at && !ends.has(job.state)) {
    spans.push({ ...waiting, from: at, to: end });
  }
  return spans;
}

/** A job that ended like this ended with its last attempt, but for the way to the disk. */
const ends: ReadonlySet<string> = new Set(["succeeded", "failed"]);

const waiting = { kind: "waits", outcome: null, number: null } as const;

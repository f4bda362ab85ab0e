import { element } from "../../dom.ts";
import { formatMs } from "../../format.ts";
import type { WholeJob } from "../shown.ts";
import { formatMoment } from "../times.ts";

/** What a job was submitted with, and when it was where. */
export function factsOf(job: WholeJob, now: number): HTMLElement {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Task", job.task],
    ["Created", formatMoment(job.createdAt, now)],
    ["Earliest start", job.runAt === null ? undefined : formatMoment(job.runAt, now)],
    ["Started", job.startedAt === null ? undefined : formatMoment(job.startedAt, now)],
    ["Ended", job.finishedAt === null ? undefined : formatMoment(job.finishedAt, now)],
    ["Attempts", `${job.attempts} of ${job.maxAttempts}`],
    ["Priority", job.priority === 0 ? undefined : String(job.priority)],
    ["Time for an attempt", formatMs(job.timeoutMs)],
    ["Tags", job.tags?.join(" ")],
    ["Group", job.group],
    ["Batch", job.batch],
    ["Schedule", job.schedule],
    ["Waits for", job.waitsFor === undefined ? undefined : `${job.waitsFor} other jobs`],
  ];
  const rows = facts.flatMap(([name, text]) =>
    text ? [element("div", {}, element("dt", {}, name), element("dd", {}, text))] : [],
  );
  return element("dl", { class: "job-facts" }, ...rows);
}

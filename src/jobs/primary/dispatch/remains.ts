import type { AttemptReport } from "../../attempt.ts";
import type { AssignedJob, WriteCommand } from "../../messages/commands.ts";
import { sortLosses } from "../../transitions/losses.ts";
import type { HostLog } from "../host-log.ts";
import type { JobWorker } from "./job-worker.ts";

/**
 * What the store is told of the attempts that a worker had at its end. Each that may have started gets
 * a line in the log.
 */
export function remainsOf(worker: JobWorker, log: HostLog): WriteCommand[] {
  const commands: WriteCommand[] = [];
  const { place } = worker;
  const lost: AssignedJob[] = [];
  let others = 0;
  for (const job of worker.assigned.values()) {
    const ending = worker.endOf(job);
    if (!ending) {
      lost.push(job);
      continue;
    }
    // What is asked of its task before the run may have ended the worker.
    const isWaiting = worker.stageOf(job) === "waiting" && ending.kind !== "failed";
    const told = isWaiting ? ending : { report: untold, ...ending };
    commands.push({ name: "end", args: { id: job.id, token: job.token, ending: told, place } });
    if (isWaiting) continue;
    // Its run may have gone on after its end was told, and have ended the worker.
    others++;
    log.endedWith(worker, job, ending.kind);
  }
  const { losses } = sortLosses(lost, (job) => worker.stageOf(job), others);
  for (const { attempts: jobs, wasAlone } of losses) {
    log.lost(worker, jobs, wasAlone);
    const attempts = jobs.map(({ id, token }) => ({ id, token }));
    commands.push({ name: "lost", args: { attempts, wasAlone, place } });
  }
  return commands;
}

/** The worker ended before it could tell of an attempt. */
const untold: AttemptReport = { executor: null, queuedMs: null, ranMs: null, cpuMs: null };

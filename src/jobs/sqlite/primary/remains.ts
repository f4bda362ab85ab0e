import type { Assignment } from "../../job.ts";
import type { WriteCommand } from "../commands.ts";
import type { HostLog } from "./host-log.ts";
import type { JobWorker } from "./job-worker.ts";

/** What the store is told of the attempts that a worker had at its end. Each gets a line in the log. */
export function remainsOf(worker: JobWorker | undefined, log: HostLog): WriteCommand[] {
  if (!worker) return [];
  const commands: WriteCommand[] = [];
  const lost: Assignment[] = [];
  for (const assignment of worker.running.values()) {
    const { id, token } = assignment;
    const ending = worker.endOf(assignment);
    if (!ending) lost.push(assignment);
    else {
      commands.push({ name: "end", args: { id, token, ending } });
      log.endedWith(worker, assignment, ending.kind);
    }
  }
  if (lost.length === 0) return commands;
  const attempts = lost.map(({ id, token }) => ({ id, token }));
  // A run whose end was told before may have gone on, and have ended the worker, too.
  const wasAlone = worker.running.size === 1;
  log.lost(worker, lost, wasAlone);
  return [...commands, { name: "lost", args: { attempts, wasAlone } }];
}

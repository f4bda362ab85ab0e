import type { Assignment } from "../../job.ts";
import type { WriteCommand } from "../commands.ts";
import type { Member } from "./crew.ts";
import type { HostLog } from "./host-log.ts";

/** What becomes of the attempts that a worker had when it ended; each gets a line in the log. */
export function remainsOf(member: Member | undefined, log: HostLog): WriteCommand[] {
  if (!member) return [];
  const commands: WriteCommand[] = [];
  const lost: Assignment[] = [];
  for (const assignment of member.running.values()) {
    const { id, token } = assignment;
    const ending = member.endOf(assignment);
    if (!ending) lost.push(assignment);
    else {
      commands.push({ name: "end", args: { id, token, ending } });
      log.endedWith(member, assignment, ending.kind);
    }
  }
  if (lost.length === 0) return commands;
  const attempts = lost.map(({ id, token }) => ({ id, token }));
  // A run that goes on after its end was told may have ended the worker, too.
  const wasAlone = member.running.size === 1;
  log.lost(member, lost, wasAlone);
  return [...commands, { name: "lost", args: { attempts, wasAlone } }];
}

/** What the commands about claims and attempts do to the file. */
import type { Ended } from "../../../assignment.ts";
import type { Attempt, EndedRow } from "../../../messages/commands.ts";
import { joined } from "../../../messages/submission.ts";
import type { RowAttempt } from "../../../starts.ts";
import { type Reads, rowOf, type Writes } from "../operation.ts";
import type { StoreParts } from "../store-parts.ts";
import { endAttempt, loseAttempts, saveProgress } from "./job-changes.ts";

type AttemptWrite =
  | "set-limits"
  | "claim"
  | "claim-quarantined"
  | "end"
  | "ends"
  | "lost"
  | "progress"
  | "checkpoint";

export const attemptWrites: Writes<AttemptWrite> = {
  "set-limits"({ rules }, { limits }) {
    rules.setLimits(new Map(Object.entries(limits)));
    return nothing;
  },
  claim({ rules, claims }, { limit, onProbation }) {
    rules.setProbation(onProbation);
    const claimed = claims.claim(limit);
    return () => claimed;
  },
  "claim-quarantined"({ claims }) {
    const claimed = claims.claimAlone();
    return () => claimed;
  },
  end(parts, { ending, place, ...attempt }) {
    endAttempt(parts, rowAttemptOf(parts, attempt), ending, place);
    return nothing;
  },
  ends(parts, { ends, place }) {
    for (const end of ends) endAttempt(parts, end, endedOf(end), place);
    return nothing;
  },
  lost(parts, { attempts, wasAlone, place }) {
    const rows = attempts.map((attempt) => rowAttemptOf(parts, attempt));
    loseAttempts(parts, rows, wasAlone, place);
    return nothing;
  },
  progress(parts, { progress, ...attempt }) {
    saveProgress(parts, rowAttemptOf(parts, attempt), progress);
    return nothing;
  },
  checkpoint(parts, { checkpoint, ...attempt }) {
    parts.checkpoints.keep(rowAttemptOf(parts, attempt), checkpoint);
    return nothing;
  },
};

export const attemptReads: Reads<"set-probation"> = {
  "set-probation"({ rules }, { onProbation }) {
    rules.setProbation(onProbation);
    return null;
  },
};

const nothing = () => null;

function endedOf({ ending, body }: EndedRow): Ended {
  return ending.kind === "succeeded" && body ? { ...ending, body: joined(body) } : ending;
}

function rowAttemptOf(parts: StoreParts, { id, token }: Attempt): RowAttempt {
  return { seq: rowOf(parts, id), token };
}

/** What each command does to the file, or reads from it. */
import type { AnswerTo } from "../../../channel/contract.ts";
import type { Submitted } from "../../job.ts";
import type { Attempt, ReadCommand, StoreSide, WriteCommand } from "../commands.ts";
import {
  cancelJob,
  endAttempt,
  loseAttempts,
  type RowAttempt,
  saveProgress,
} from "./job-changes.ts";
import type { StoreParts } from "./store-parts.ts";
import { type SubmittedRow, submitJob } from "./submit.ts";

/** Changes the file; returns what makes the answer once the transaction is on disk. */
export function carryOutWrite(
  parts: StoreParts,
  { name, args }: WriteCommand,
): () => AnswerTo<StoreSide, WriteCommand["name"]> {
  const { ids, waiting, reader } = parts;
  switch (name) {
    case "submit": {
      const rows = args.jobs.map((job) => submitJob(parts, job));
      return () => rows.map((row) => submittedOf(parts, row));
    }
    case "claim": {
      const claimed = waiting.claim(args.limit, args.onProbation);
      return () => claimed;
    }
    case "claim-quarantined": {
      const claimed = waiting.claimQuarantined();
      return () => claimed;
    }
    case "end":
      endAttempt(parts, rowAttemptOf(parts, args), args.ending);
      return () => null;
    case "lost": {
      const attempts = args.attempts.map((attempt) => rowAttemptOf(parts, attempt));
      loseAttempts(parts, attempts, args.wasAlone);
      return () => null;
    }
    case "progress":
      saveProgress(parts, rowAttemptOf(parts, args), args.progress);
      return () => null;
    case "cancel": {
      const token = cancelJob(parts, ids.seqOfId(args.id) ?? noRow);
      return () => ({ found: reader.find(args.id, false), token });
    }
  }
}

/** Between two transactions. */
export function carryOutRead(
  { ids, waiting, watched, reader }: StoreParts,
  { name, args }: ReadCommand,
): AnswerTo<StoreSide, ReadCommand["name"]> {
  switch (name) {
    case "set-probation":
      waiting.setProbation(args.onProbation);
      return null;
    case "find":
      return reader.find(args.id, args.withResult);
    case "list":
      return reader.list(args.filter);
    case "stats":
      return reader.stats();
    case "watch":
      watched.watch(ids.seqOfId(args.id) ?? noRow);
      return reader.find(args.id, false);
    case "unwatch":
      watched.unwatch(ids.seqOfId(args.id) ?? noRow);
      return null;
  }
}

/** For an id that is none of this file's. */
const noRow = 0;

function rowAttemptOf({ ids }: StoreParts, { id, token }: Attempt): RowAttempt {
  return { seq: ids.seqOfId(id) ?? noRow, token };
}

function submittedOf({ reader }: StoreParts, row: SubmittedRow): Submitted {
  if (row.kind === "key-conflict") return row;
  return { kind: "accepted", job: reader.job(row.seq), replayed: row.replayed };
}

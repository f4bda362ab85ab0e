/** How much the commands write: one that writes much must not hold up the others. */
import type { AskedCommand, EndedRow } from "../../messages/commands.ts";
import type { StoredJob } from "../../messages/submission.ts";

/** What a row counts beside its texts: 500 small jobs take as long as a result of 1 MB. */
const rowBytes = 2048;

/** About how many bytes a command writes. One that writes little, or nothing, weighs nothing. */
export function weigh(asked: AskedCommand): number {
  switch (asked.name) {
    case "submit":
      return weighInputs(asked.args.jobs);
    case "submit-batch":
      return weighInputs(asked.args.batch.jobs);
    case "end":
      return weighEnd(asked.args);
    case "ends":
      return asked.args.ends.reduce((sum, end) => sum + weighEnd(end), 0);
    case "checkpoint":
      return asked.args.checkpoint.length;
    default:
      return 0;
  }
}

function weighInputs(jobs: readonly Pick<StoredJob, "input" | "body">[]): number {
  return jobs.reduce((sum, { input, body }) => sum + rowBytes + input.length + lengthOf(body), 0);
}

function weighEnd({ ending, body }: Pick<EndedRow, "ending" | "body">): number {
  const text = ending.kind === "succeeded" ? ending.result : "";
  return rowBytes + text.length + lengthOf(body);
}

function lengthOf(body: StoredJob["body"]): number {
  if (body instanceof Uint8Array) return body.length;
  return body?.reduce((sum, piece) => sum + piece.length, 0) ?? 0;
}

/** Ends that came together and weigh more than this, as several commands of one number. */
export function divide(asked: AskedCommand, mostBytes: number): readonly AskedCommand[] {
  if (asked.name !== "ends" || weigh(asked) <= mostBytes) return [asked];
  const parts: EndedRow[][] = [];
  let left = 0;
  for (const end of asked.args.ends) {
    left -= weighEnd(end);
    if (left < 0) {
      parts.push([]);
      left = mostBytes - weighEnd(end);
    }
    parts.at(-1)?.push(end);
  }
  return parts.map((ends) => ({ ...asked, args: { ...asked.args, ends } }));
}

/** The forms of what the commands do. Each feature has a table of its own: jobs/, by-hand/, ... */
import type { AnswerTo, CallArgs } from "../../../channel/contract.ts";
import type { ReadCommand, StoreSide, WriteCommand } from "../../messages/commands.ts";
import type { StoreParts } from "./store-parts.ts";

/** Each changes the file, and returns what makes the answer once the transaction is on disk. */
export type Writes<Names extends WriteCommand["name"]> = {
  readonly [Name in Names]: (
    parts: StoreParts,
    args: CallArgs<StoreSide, Name>,
  ) => () => AnswerTo<StoreSide, Name>;
};

/** Each is called between two transactions, and returns the answer. */
export type Reads<Names extends ReadCommand["name"]> = {
  readonly [Name in Names]: (
    parts: StoreParts,
    args: CallArgs<StoreSide, Name>,
  ) => AnswerTo<StoreSide, Name>;
};

/** The row of a job; one that does not exist for an id that is none of this file's. */
export function rowOf({ ids }: Pick<StoreParts, "ids">, id: string): number {
  return ids.seqOfId(id) ?? 0;
}

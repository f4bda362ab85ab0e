import type { AnswerTo, CallArgs } from "../../channel/contract.ts";
import type { StoreSide } from "../messages/commands.ts";
import { passedOn } from "../messages/worker-contract.ts";
import type { StoreLink } from "./store-link.ts";

type PassedCall = keyof typeof passedOn;

/** A function for each call that only passes on to the store. */
type PassedCalls = {
  readonly [Name in PassedCall]: (
    args: CallArgs<StoreSide, Name>,
  ) => Promise<AnswerTo<StoreSide, Name>>;
};

/** Where a worker's call and the store's differ, the compiler refuses this as handlers. */
export function passCalls(ask: StoreLink["ask"]): PassedCalls {
  const names = Object.keys(passedOn) as PassedCall[];
  const pass = <Name extends PassedCall>(name: Name) => {
    return [name, (args: CallArgs<StoreSide, Name>) => ask(name, args)] as const;
  };
  return Object.fromEntries(names.map((name) => pass(name))) as unknown as PassedCalls;
}

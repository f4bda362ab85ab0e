import type { CallHandlers } from "../../channel/contract.ts";
import type { Life } from "../../channel/life.ts";
import type { Paused } from "../control.ts";
import type { Attempt } from "../messages/commands.ts";
import type { controlCalls } from "../messages/control-commands.ts";
import type { ClientSide } from "../messages/worker-contract.ts";
import type { Dispatch } from "./dispatch/dispatch.ts";
import type { StoreLink } from "./store-link.ts";

export interface ControlOptions {
  readonly ask: StoreLink["ask"];
  readonly dispatch: Pick<Dispatch, "drop" | "ownerOf" | "pause">;
  /** Hears what is paused, after each change of it. */
  readonly onPaused: (paused: Paused) => void;
  /** Tells a worker that the client wants this attempt to end. */
  readonly tellStop: (life: Life, attempt: Attempt) => void;
}

type ControlCall = keyof typeof controlCalls | "cancel";

/** What the primary does for calls by hand: the store changes the file, and what runs is stopped. */
export function answerControl(
  options: ControlOptions,
): Pick<CallHandlers<ClientSide>, ControlCall> {
  const { ask } = options;
  const stop = (attempt: Attempt) => stopAttempt(options, attempt);
  return {
    "set-paused": (args) => setPaused(options, args),
    cancel: async (args) => {
      const { id } = args;
      const { found, token } = await ask("cancel", args);
      if (token === null) return found;
      await stop({ id, token });
      return ask("find", { id, withResult: false });
    },
    remove: async (args) => {
      const { removal, stops } = await ask("remove", args);
      if (stops.length === 0) return removal;
      await Promise.all(stops.map(stop));
      return ask("find", { id: args.id, withResult: false });
    },
    "change-many": async (args) => {
      const { stops, ...changed } = await ask("change-many", args);
      await Promise.all(stops.map(stop));
      return changed;
    },
  };
}

/** Pauses the jobs of a task, or of all (null); or ends that. @returns what is paused then */
export async function setPaused(
  { ask, dispatch, onPaused }: ControlOptions,
  args: { readonly task: string | null; readonly isPaused: boolean },
): Promise<Paused> {
  const paused = await ask("set-paused", args);
  dispatch.pause(paused);
  onPaused(paused);
  return paused;
}

/** Ends an attempt whose job a client has cancelled: at once, if no worker has it yet. */
async function stopAttempt(
  { ask, dispatch, tellStop }: ControlOptions,
  attempt: Attempt,
): Promise<void> {
  if (dispatch.drop(attempt)) {
    await ask("end", { ...attempt, ending: { kind: "cancelled" }, place: null });
    return;
  }
  const owner = dispatch.ownerOf(attempt);
  if (owner !== undefined) tellStop(owner, attempt);
}

/** The same for jobs that are cancelled with a batch: nobody waits for the answer. */
export function stopAttempts(
  options: ControlOptions,
  attempts: readonly Attempt[],
  onError: (error: unknown) => void,
): void {
  for (const each of attempts) stopAttempt(options, each).catch(onError);
}

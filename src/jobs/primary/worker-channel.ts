import { Channel } from "../../channel/channel.ts";
import type { SendEnvelope } from "../../channel/envelope.ts";
import type { Life } from "../../channel/life.ts";
import { maxBodyBytes } from "../limits.ts";
import type { StoreCommand } from "../messages/commands.ts";
import {
  type QueueSide,
  queueSide,
  type WorkerSide,
  workerSide,
} from "../messages/worker-contract.ts";
import { queueName } from "../settings.ts";
import { answerControl, type ControlOptions } from "./control-calls.ts";
import type { Dispatch } from "./dispatch/dispatch.ts";
import { takeEnds } from "./dispatch/take-ends.ts";
import { passCalls } from "./passed-calls.ts";
import { submitWithBytes } from "./sent-bytes.ts";
import type { WorkerWatches } from "./worker-watches.ts";

export type WorkerChannel = Channel<QueueSide, WorkerSide>;

/** What the calls and notes of a worker work with. */
export interface WorkerChannelOptions {
  readonly control: ControlOptions;
  readonly dispatch: Dispatch;
  readonly watches: WorkerWatches;
  /** For commands whose answer nobody waits for. */
  readonly write: (command: StoreCommand) => void;
  readonly isReachable: () => boolean;
  /** The worker cannot mark its starts any more. */
  readonly onUnmarked: () => void;
}

/** Opens the channel to a worker. */
export function openWorkerChannel(
  { control, dispatch, watches, write, isReachable, onUnmarked }: WorkerChannelOptions,
  life: Life,
  send: SendEnvelope,
): WorkerChannel {
  const { ask } = control;
  /** A job that another worker has by now, or nobody, has nothing to hear from this one. */
  const writeOwn = (command: StoreCommand<"progress" | "checkpoint">) => {
    if (dispatch.ownerOf(command.args) === life) write(command);
  };
  const channel: WorkerChannel = new Channel({
    service: queueName,
    mine: queueSide,
    theirs: workerSide,
    send,
    inPieces: true,
    mostBytes: maxBodyBytes,
    calls: {
      ...passCalls(ask),
      ...answerControl(control),
      submit: ({ jobs }) => submitWithBytes(channel, ask, jobs),
    },
    notes: {
      ...watches.handlersOf(() => channel),
      limits: (args) => {
        write({ name: "set-limits", args });
        // Only now it hears everything.
        if (!isReachable()) channel.note("reachable", { isReachable: false });
      },
      offer: ({ capacity }) => dispatch.offer(life, capacity),
      ends: ({ number, ends }) => {
        const tellKept = () => channel.note("kept", { number });
        takeEnds({ ask, dispatch, tellKept, sent: channel }, life, ends);
      },
      unmarked: onUnmarked,
      progress: (args) => writeOwn({ name: "progress", args }),
      checkpoint: (args) => writeOwn({ name: "checkpoint", args }),
    },
  });
  return channel;
}

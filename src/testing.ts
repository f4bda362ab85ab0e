/**
 * For the unit tests of your own tasks:
 *
 *     import { runTask } from "manycore/testing";
 *     import { double } from "./tasks.ts";
 *
 *     assert.deepEqual(await runTask(double, { value: 21 }), { value: 42 });
 */
import type { AnswerOf, SentTo } from "./client/types.ts";
import { InlineExecutor } from "./compute/executors/inline.ts";
import { longestTeardownMs, Setups } from "./compute/setups.ts";
import { isBytesInput } from "./tasks/bytes/bytes-input.ts";
import { takeGivenBytes } from "./tasks/bytes/given-bytes.ts";
import { checkInput } from "./tasks/check/check.ts";
import { receiveOutput } from "./tasks/output/received.ts";
import type { RunLog } from "./tasks/run-log.ts";
import type { Task } from "./tasks/task.ts";

export interface RunTaskOptions {
  /** Which attempt of a job the run is to be; 1 if left out. */
  readonly attempt?: number;
  /** What an earlier attempt kept with `context.checkpoint`. */
  readonly lastCheckpoint?: unknown;
  /** Is aborted as `context.signal`. */
  readonly signal?: AbortSignal;
  /** Hears what the run reports. */
  readonly onProgress?: (progress: unknown) => void;
  readonly onCheckpoint?: (checkpoint: unknown) => void;
  /** Hears the last lines of its log, all of them each time. */
  readonly onLog?: (lines: readonly string[]) => void;
}

/**
 * Runs a task as a server would: the schema checks the input, which is cloned as on its way to a
 * thread; `setup` comes before the run, and `teardown` after it; the output goes through JSON.
 *
 * @returns what a client would get; `{ data, type }` of bytes
 * @throws an error with `status`, `type`, `detail` and `errors`, as a client would see it: 422 where
 *   the input is refused, 500 where the task fails. Its `cause` is what the task threw.
 */
export async function runTask<Of extends Task>(
  task: Of,
  input: SentTo<Of>,
  options: RunTaskOptions = {},
): Promise<AnswerOf<Of>> {
  const sent = isBytesInput(task.input) ? await takeGivenBytes(input) : throughJson(input);
  const checked = checkInput(task, sent);
  const setups = new Setups();
  try {
    const { attempt = 1, signal = new AbortController().signal } = options;
    const events = { onStart: () => {}, listener: listenerOf(options), attempt, signal };
    const executor = new InlineExecutor(setups);
    const { result } = await executor.run(task, structuredClone(checked), signal, events);
    return receiveOutput(task, result) as AnswerOf<Of>;
  } finally {
    for (const fault of await setups.tearDown(longestTeardownMs)) process.emitWarning(fault);
  }
}

function listenerOf({ onProgress, onCheckpoint, onLog, lastCheckpoint }: RunTaskOptions) {
  return {
    onProgress: (json: string) => onProgress?.(JSON.parse(json)),
    onCheckpoint: (json: string) => onCheckpoint?.(JSON.parse(json)),
    onLog: ({ lines }: RunLog) => onLog?.(lines.map(({ text }) => text)),
    ...(lastCheckpoint !== undefined && { lastCheckpoint: JSON.stringify(lastCheckpoint) }),
  };
}

/** As it comes from a client. */
function throughJson(input: unknown): unknown {
  return input === undefined ? {} : (JSON.parse(JSON.stringify(input)) as unknown);
}

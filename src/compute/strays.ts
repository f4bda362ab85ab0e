/**
 * Strays: promises of a task that are rejected, and that nothing handles. Node would end the thread,
 * or the whole worker, with whatever else runs there.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import { messageOf, shorten } from "../errors.ts";

interface StrayingRun {
  readonly task: string;
  /** Fails the run; undefined if it is over, or has not returned a promise. */
  fail?: ((reason: unknown) => void) | undefined;
}

/** The run that made a promise. It is known without any cost for those that are handled. */
const runs = new AsyncLocalStorage<StrayingRun>();

/** The most characters that are kept of a rejection, with its stack and its causes. */
const mostWords = 4000;

/**
 * Calls a function of a task. A stray of it fails its asynchronous run, while that goes on; later it
 * is only told.
 */
export function callStraying<Resources, Returned>(
  task: string,
  call: (resources: Resources) => Returned,
  resources: Resources,
): Returned {
  const run: StrayingRun = { task, fail: undefined };
  const returned = runs.run(run, call, resources);
  return returned instanceof Promise ? (unlessStrayed(run, returned) as Returned) : returned;
}

async function unlessStrayed(run: StrayingRun, returned: Promise<unknown>): Promise<unknown> {
  const { promise: strayed, reject } = Promise.withResolvers<never>();
  run.fail = reject;
  try {
    return await Promise.race([returned, strayed]);
  } finally {
    run.fail = undefined;
  }
}

/**
 * Takes the strays of this thread. One that no task made goes on as an uncaught exception.
 *
 * @param tell takes what nobody else hears of, in words
 */
export function handleStrays(
  fileOf: (task: string) => string | undefined,
  tell: (text: string) => void,
): void {
  process.on("unhandledRejection", (reason) => {
    const run = runs.getStore();
    if (!run) throw reason;
    if (run.fail) run.fail(reason);
    else tell(strayText(run.task, fileOf(run.task), reason));
  });
}

function strayText(task: string, file: string | undefined, reason: unknown): string {
  const subject = file === undefined ? `task ${task}` : `task ${task} (${file})`;
  const remedy = "Await it in the task, or catch its error";
  return `A promise of ${subject} was rejected, and nothing handled that. ${remedy}: ${shorten(inspected(reason), mostWords)}`;
}

/** Never throws. */
export function inspected(thrown: unknown): string {
  try {
    return inspect(thrown);
  } catch {
    return messageOf(thrown);
  }
}

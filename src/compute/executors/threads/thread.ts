/**
 * The code of a Piscina thread. A replaced thread should serve again within 40 ms. So this loads
 * only the functions of the built-in tasks, without their schemas, and Piscina only when there are
 * bytes to move.
 */
import { writeSync } from "node:fs";
import { parentPort, threadId, workerData } from "node:worker_threads";
import { openContext, type RunListener } from "../../../tasks/context.ts";
import { type TaskFault, toTaskFault } from "../../../tasks/decision.ts";
import { ownBytes } from "../../../tasks/output/given-away.ts";
import { type WriteResult, writeOutput } from "../../../tasks/output/output.ts";
import type { RunLog } from "../../../tasks/run-log.ts";
import { printAtOnce } from "../../../telemetry/thread-streams.ts";
import type { Carrier } from "../../../telemetry/tracing/carrier.ts";
import { findTracing } from "../../../telemetry/tracing/find-tracing.ts";
import type { Ran } from "../../executor.ts";
import type { StartMark } from "../../start-mark.ts";
import { runMeasured } from "../measured.ts";
import { niceOwnThread } from "../niceness.ts";
import { KeptHeap, type KeptMemory } from "./kept-heap.ts";
import { loadThreadTasks, setups, type ThreadData } from "./thread-tasks.ts";
import { ownInput } from "./transfer.ts";

export interface ThreadRequest {
  readonly task: string;
  readonly input: unknown;
  /** The number for what it says; null if nobody wants that. */
  readonly told: number | null;
  /** Whether its progress and its checkpoints are wanted, too, and not its log alone. */
  readonly isAttempt: boolean;
  readonly lastCheckpoint: string | undefined;
  readonly attempt: number;
  /** Whether the caller wants `cpuMs`. */
  readonly isCpuAsked: boolean;
  /** To be written just before the run. */
  readonly startMark: StartMark | undefined;
  /** What names the span of the run; left out if there is none. */
  readonly trace?: Carrier;
}

/** What a run says. Of each kind only the latest counts. */
export interface ThreadWords {
  /** As JSON text, like the checkpoint. */
  readonly progress?: string;
  readonly checkpoint?: string;
  readonly log?: RunLog;
}

/** Posted while a run computes, with the run's number. */
export interface ThreadSaid {
  readonly told: number;
  readonly words: ThreadWords;
}

/**
 * The result comes as JSON text, which the client gets anyway: the event loop neither clones nor
 * writes it. Its bytes come beside the text, moved. An error of the task comes as message and
 * stack, and with what it decided.
 */
export type ThreadAnswer = (
  | { readonly ran: Omit<Ran, "result">; readonly written: WriteResult }
  | { readonly failure: TaskFault }
) & {
  /** What the run said last. */
  readonly last: ThreadWords | undefined;
  /** The thread, by its number, if it keeps more than it may. It must get no other run. */
  readonly outgrown?: KeptMemory & { readonly thread: number };
};

printAtOnce();

const taskNamed = await loadThreadTasks();
/** The user's program is preloaded here, too (`--import`). */
const tracing = await findTracing();
const heap = new KeptHeap((workerData as ThreadData).heapBytes);
niceOwnThread();

/** Piscina calls this for each run. Without a request it only shows that the thread is up. */
export async function answer(request: ThreadRequest | null): Promise<ThreadAnswer | undefined> {
  if (request === null) return undefined;
  const startedAt = performance.now();
  const answer = await carryOut(request); // What only its run used is garbage by now.
  const kept = heap.tooMuch(performance.now() - startedAt);
  const told = kept ? { ...answer, outgrown: { ...kept, thread: threadId } } : answer;
  const bytes = "written" in answer ? bytesOf(answer.written) : [];
  return bytes.length > 0 ? await moveBytes(told, bytes) : told;
}

async function carryOut(request: ThreadRequest): Promise<ThreadAnswer> {
  const { input, attempt, isCpuAsked, trace } = request;
  const task = taskNamed(request.task);
  if (!task) throw new Error(`Thread ${threadId} does not know task ${request.task}`);
  ownInput(input);
  const speech = new Speech(request);
  const said = openContext({ listener: speech.listener, attempt });
  const start = (resources: unknown) => task.run(input, said.contextWith(resources));
  writeMark(request.startMark);
  try {
    const compute = () => setups.whenReady(task, start);
    const call = tracing && trace ? () => tracing.within(trace, compute) : compute;
    const { result, ...cost } = await runMeasured(call, true, undefined, isCpuAsked);
    speech.isOver = true;
    said.end();
    const ran = { ...cost, thread: threadId };
    const written = writeOutput(result);
    const { last } = speech;
    if (!("bytes" in written)) return { ran, written, last };
    return { ran, written: { ...written, bytes: ownBytes(written.bytes) }, last };
  } catch (error) {
    speech.isOver = true;
    said.endFailed();
    return { failure: toTaskFault(error), last: speech.last };
  }
}

/** What went wrong when the tasks of this thread gave back what their setups had made. */
export async function tearDown(withinMs: number): Promise<readonly string[]> {
  const [faults] = await Promise.all([setups.tearDown(withinMs), tracing?.flush(withinMs)]);
  return faults;
}

/** If the mark cannot be written, a lost attempt counts as one that has not started. */
function writeMark(mark: StartMark | undefined): void {
  if (!mark) return;
  const bytes = Float64Array.from(mark.numbers);
  try {
    writeSync(mark.file, bytes, 0, bytes.byteLength, mark.at);
  } catch {
    // The room on the disk was taken before, so this is rare.
  }
}

/** What one run says. What it said last goes with its answer: a message could arrive after that. */
class Speech {
  isOver = false;
  last: ThreadWords | undefined;
  /** Undefined if nobody listens. */
  readonly listener: RunListener | undefined;
  readonly #told: number;

  constructor({ told, isAttempt, lastCheckpoint }: ThreadRequest) {
    this.#told = told ?? 0;
    if (told === null) return;
    const onLog = (log: RunLog) => this.#say({ log });
    this.listener = !isAttempt
      ? { onLog }
      : {
          onProgress: (progress) => this.#say({ progress }),
          onCheckpoint: (checkpoint) => this.#say({ checkpoint }),
          ...{ onLog, lastCheckpoint },
        };
  }

  #say(words: ThreadWords): void {
    this.last = { ...this.last, ...words };
    if (!this.isOver) parentPort?.postMessage({ told: this.#told, words });
  }
}

/** The bytes that go beside the text, in buffers of their own. */
function bytesOf(written: WriteResult): readonly Uint8Array[] {
  if ("bare" in written) return [written.bare];
  return "bytes" in written ? written.bytes : [];
}

async function moveBytes(
  answer: ThreadAnswer,
  bytes: readonly Uint8Array[],
): Promise<ThreadAnswer> {
  const { move, transferableSymbol, valueSymbol } = await import("piscina");
  const transferable = {
    [transferableSymbol]: [...new Set(bytes.map(({ buffer }) => buffer))],
    [valueSymbol]: answer,
  };
  return move(transferable as never) as unknown as ThreadAnswer;
}

import { type ExecutorName, executors, type ModeName, modes } from "./modes.ts";
import type { Values } from "./options.ts";

/** Workers, compute threads in each of them, and the executor. */
export interface Layout {
  readonly workers: number;
  /** Of each worker: Piscina threads, or UV_THREADPOOL_SIZE with the executor libuv. */
  readonly threads: number;
  readonly executor: ExecutorName;
}

export type Knobs = Pick<Values, "mode" | "workers" | "threads" | "executor">;

/** The layout of the mode. A knob that is not `auto` wins over the mode. */
export function layoutOf(knobs: Knobs, cores: number): Layout {
  const mode = modes[knobs.mode];
  const executor = knobs.executor === "auto" ? mode.executor : knobs.executor;
  const workers = knobs.workers === "auto" ? mode.workers(cores) : knobs.workers;
  const share = executors[executor].computesOnLoop ? 0 : Math.max(1, Math.floor(cores / workers));
  return { workers, executor, threads: knobs.threads === "auto" ? share : knobs.threads };
}

/** The layout of a mode alone, with every knob at `auto`. */
export function layoutOfMode(mode: ModeName, cores: number): Layout {
  return layoutOf({ mode, workers: "auto", threads: "auto", executor: "auto" }, cores);
}

/** The knobs that differ from the mode, as flags: `--workers 3`. */
export function overridesOf(knobs: Knobs, cores: number): string[] {
  const plain = layoutOfMode(knobs.mode, cores);
  return (["workers", "threads", "executor"] as const)
    .filter((knob) => knobs[knob] !== "auto" && knobs[knob] !== plain[knob])
    .map((knob) => `--${knob} ${knobs[knob]}`);
}

/** Why a layout cannot work, with the remedy. */
export function layoutErrors(layout: Layout): string[] {
  if (executors[layout.executor].computesOnLoop || layout.threads > 0) return [];
  return [
    `--threads 0: the executor ${layout.executor} computes on threads and needs one. ` +
      "Use --threads 1 or more, --threads auto, or --executor inline",
  ];
}

/** Runs that may compute at the same time in one worker. */
export function slotsOf(layout: Layout): number {
  return Math.max(1, layout.threads);
}

/** Whether a worker has a Piscina pool. A request may then ask for the executor that uses it. */
export function hasThreadPool({
  threads,
  executor,
}: Pick<Layout, "threads" | "executor">): boolean {
  return threads >= 1 && !executors[executor].usesLibuvPool;
}

/** Whether an executor computes on the threads of a Piscina pool. */
export function usesThreadPool(executor: ExecutorName): boolean {
  const { computesOnLoop, usesLibuvPool } = executors[executor];
  return !computesOnLoop && !usesLibuvPool;
}

/** Whether a worker has this executor. */
export function hasExecutor(
  layout: Pick<Layout, "threads" | "executor">,
  name: ExecutorName,
): boolean {
  return !usesThreadPool(name) || hasThreadPool(layout);
}

/** A warning where workers and threads ask for more cores than there are. */
export function layoutWarnings(layout: Layout & { readonly cores: number }): string[] {
  const { workers, cores } = layout;
  const slots = slotsOf(layout);
  if (workers * slots <= cores) return [];
  const share = Math.floor(cores / Math.min(workers, cores));
  const remedy = [
    ...(workers > cores ? [`--workers ${cores}`] : []),
    ...(slots > share ? [`--threads ${share}`] : []),
  ].join(" ");
  return [
    `${counted(workers, "worker")} x ${counted(slots, "slot")} are ${workers * slots} runs at once ` +
      `for ${counted(cores, "core")}. More runs than cores only slow each other down. ` +
      `Use ${remedy}, or --cores if there are more`,
  ];
}

/** A warning where own tasks compute on the event loops that answer requests. */
export function ownTaskWarnings(
  config: Pick<Layout, "executor"> & { readonly taskFiles: readonly string[] },
): string[] {
  if (!executors[config.executor].computesOnLoop || config.taskFiles.length === 0) return [];
  return [
    `Your own tasks compute on the event loops that answer requests (executor ${config.executor}). ` +
      "While a run computes, its worker answers nothing else, GET /livez included. " +
      "Use --mode threads where runs take longer than a few ms",
  ];
}

/** What is asked of a task, to warn of where its runs go. */
interface Preferring {
  readonly name: string;
  readonly runAsync?: unknown;
  readonly executor?: ExecutorName;
}

/** Warnings of tasks that name an executor which this server has not got. */
export function missingExecutorWarnings(
  layout: Pick<Layout, "threads" | "executor">,
  tasks: readonly Preferring[],
): string[] {
  return tasks.flatMap(({ name, executor }) =>
    executor === undefined || hasExecutor(layout, executor)
      ? []
      : [
          `Task ${name} names the executor ${executor}, which this server has not got: ` +
            `its runs go to ${layout.executor}. Start it with --mode threads, or with --threads N`,
        ],
  );
}

/** A warning that names the tasks that the executor cannot run. */
export function nativeFormWarnings(
  { executor }: Pick<Layout, "executor">,
  tasks: readonly Preferring[],
): string[] {
  const lacking = tasks
    .filter((task) => !task.runAsync && (task.executor ?? executor) === executor)
    .map(({ name }) => name);
  if (!executors[executor].needsNativeForm || lacking.length === 0) return [];
  const [have, whose] = lacking.length === 1 ? ["has", "its"] : ["have", "their"];
  return [`${lacking.join(", ")} ${have} no runAsync: ${whose} runs need ?executor=inline`];
}

/** `1 worker`, `2 workers`. */
export function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** The tables of executors and modes. */

/** What callers ask of an executor instead of its name. */
export interface ExecutorTraits {
  /** Runs compute on the event loop, without threads. A run holds up every answer of its worker. */
  readonly computesOnLoop: boolean;
  /** Its threads are libuv's (UV_THREADPOOL_SIZE). The worker then has no Piscina pool. */
  readonly usesLibuvPool: boolean;
  /** It runs only tasks with a native asynchronous form (`runAsync`). */
  readonly needsNativeForm: boolean;
}

/** The executors. Each is started by a line in worker/executors.ts. */
export const executors = {
  inline: { computesOnLoop: true, usesLibuvPool: false, needsNativeForm: false },
  libuv: { computesOnLoop: false, usesLibuvPool: true, needsNativeForm: true },
  threads: { computesOnLoop: false, usesLibuvPool: false, needsNativeForm: false },
} as const satisfies Record<string, ExecutorTraits>;

export type ExecutorName = keyof typeof executors;
export const executorNames = Object.keys(executors) as ExecutorName[];

interface Mode {
  readonly workers: (cores: number) => number;
  readonly executor: ExecutorName;
  /** What the mode is for, in a line. */
  readonly shows: string;
}

/** The modes. The threads of each worker follow from the cores and the executor (`layoutOf`). */
export const modes = {
  single: { workers: () => 1, executor: "inline", shows: "the baseline: one core" },
  cluster: { workers: (cores) => cores, executor: "inline", shows: "process parallelism" },
  threads: {
    workers: () => 1,
    executor: "threads",
    shows: "thread parallelism, one shared queue",
  },
  hybrid: {
    workers: (cores) => Math.min(2, cores),
    executor: "threads",
    shows: "processes and threads together",
  },
  libuv: {
    workers: () => 1,
    executor: "libuv",
    shows: "Node's own thread pool, for tasks with a native form",
  },
} as const satisfies Record<string, Mode>;

export type ModeName = keyof typeof modes;
export const modeNames = Object.keys(modes) as ModeName[];

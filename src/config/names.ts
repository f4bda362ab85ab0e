export const modeNames = ["single", "cluster", "threads", "hybrid", "libuv"] as const;
export type ModeName = (typeof modeNames)[number];

/** What callers ask of an executor instead of its name. */
export interface ExecutorTraits {
  /** A run computes on the worker's event loop: the worker needs no threads and answers nothing else. */
  readonly computesOnLoop: boolean;
  /** Its threads are libuv's, as many as UV_THREADPOOL_SIZE says. No Piscina pool stands beside them. */
  readonly usesLibuvPool: boolean;
  /** It runs a task's native asynchronous form (`runAsync`) and no other. */
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

/** Who places connections on workers: the primary in turn, the kernel from one socket or from many. */
export const balanceNames = ["round-robin", "os", "reuse-port"] as const;
export type BalanceName = (typeof balanceNames)[number];

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ["auto", "json", "pretty"] as const;
export type LogFormat = (typeof logFormats)[number];

/** Which requests are logged. */
export const accessLogs = ["off", "all"] as const;
export type AccessLog = (typeof accessLogs)[number];

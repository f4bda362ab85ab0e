export const modeNames = ["single", "cluster", "threads", "hybrid", "libuv"] as const;
export type ModeName = (typeof modeNames)[number];

export const executorNames = ["inline", "libuv", "threads"] as const;
export type ExecutorName = (typeof executorNames)[number];

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

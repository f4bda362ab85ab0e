/** What a client may ask for, the same with every queue. */

export const maxPriority = 1000;

export const defaultMaxAttempts = 3;
export const maxMaxAttempts = 100;

/** The first pause before a job is run again. */
export const defaultBackoffMs = 1000;
export const maxBackoffMs = 3_600_000;

export const maxTimeoutMs = 24 * 3_600_000;

/** How far ahead a job may be planned. */
export const maxRunAheadMs = 365 * 24 * 3_600_000;

export const defaultListLimit = 50;
export const maxListLimit = 1000;

/** Jobs in one submission. */
export const maxBatch = 10_000;

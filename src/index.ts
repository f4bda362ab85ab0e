/**
 * What a user's own task module imports:
 *
 *     import { defineTask, z } from "manycore";
 *
 *     export const double = defineTask({
 *       name: "double",
 *       description: "Doubles a number.",
 *       input: z.strictObject({ value: z.number() }),
 *       example: { value: 21 },
 *       run: ({ value }) => ({ value: value * 2 }),
 *     });
 *
 * Serve it with `manycore serve ./double.js`.
 */
export { z } from "zod";
export { defineConfig, type ManycoreConfig } from "./config/file/define-config.ts";
export { bytes } from "./tasks/bytes/bytes.ts";
export type { BytesInput, TakenBytes } from "./tasks/bytes/bytes-input.ts";
export type { BytesOutput } from "./tasks/bytes/bytes-output.ts";
export { noRetry, retryAfter, snooze } from "./tasks/decision.ts";
export { defineTask } from "./tasks/define.ts";
export { giveAway } from "./tasks/output/given-away.ts";
export type { RunContext } from "./tasks/run-context.ts";
export type { Task } from "./tasks/task.ts";
export { InputError, TaskError, type TaskErrorOptions } from "./tasks/task-errors.ts";

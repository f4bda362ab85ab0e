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
export { giveAway } from "./tasks/output/given-away.ts";
export { defineTask, type RunContext, type Task } from "./tasks/task.ts";

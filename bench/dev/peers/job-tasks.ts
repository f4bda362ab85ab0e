/** Tasks of the measured jobs. */
import { appendFileSync, existsSync } from "node:fs";
import { defineTask, z } from "../../../src/index.ts";

/** Does nothing, so that only the cost of a job is measured. */
export const noop = defineTask({
  name: "noop",
  description: "Does nothing.",
  input: z.strictObject({ value: z.number() }),
  example: { value: 1 },
  run: () => ({ value: 2 }),
});

/** Computes for so long. */
export function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Longer than anything that is measured behind it, and below the default `--job-timeout`. */
const holdMs = 9 * 60_000;

export const busy = defineTask({
  name: "busy",
  description: "Computes for so many milliseconds.",
  input: z.strictObject({ ms: z.number() }),
  example: { ms: 10 },
  run: ({ ms }) => {
    spin(ms);
    return { value: 2 };
  },
});

export const hold = defineTask({
  name: "hold",
  description: "Computes until it is ended; writes down when it begins, and with which pid.",
  input: z.strictObject({
    file: z.string(),
    /** Only writes if somebody has written before. */
    once: z.boolean(),
  }),
  example: { file: "f", once: true },
  run: ({ file, once }) => {
    const isAgain = existsSync(file);
    appendFileSync(file, `${performance.timeOrigin + performance.now()} ${process.pid}\n`);
    if (!(once && isAgain)) spin(holdMs);
    return {};
  },
});

export const text = defineTask({
  name: "text",
  description: "Returns a text of this length.",
  input: z.strictObject({ length: z.int().min(0) }),
  example: { length: 100 },
  run: ({ length }) => "x".repeat(length),
});

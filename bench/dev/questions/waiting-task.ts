/** The task of the question what a handed-over run costs. */
import { setTimeout as pause } from "node:timers/promises";
import { defineTask, z } from "../../../src/index.ts";

const wait = async ({ ms, outputLength }: { ms: number; outputLength: number }) => {
  await pause(ms);
  return "x".repeat(outputLength);
};

export const waiting = defineTask({
  name: "waiting",
  description: "Holds its slot for that long without computing, so that only the way to it costs.",
  input: z.strictObject({ ms: z.number(), pad: z.string(), outputLength: z.int().min(0) }),
  example: { ms: 1, pad: "", outputLength: 0 },
  run: wait,
  runAsync: wait,
});

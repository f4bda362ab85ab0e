/** Tasks that never end, each in another place. A user's mistake is one line like these. */
import { existsSync } from "node:fs";
import { defineTask, z } from "../../../src/index.ts";

export { double } from "../../fixtures/tasks.ts";

function spinForEver(): never {
  for (;;);
}

const none = { input: z.strictObject({}), example: {} };

export const inRun = defineTask({
  ...none,
  name: "in-run",
  description: "Computes for ever.",
  run: spinForEver,
});

export const inNative = defineTask({
  ...none,
  name: "in-native",
  description: "Computes for ever in both of its forms.",
  run: spinForEver,
  runAsync: spinForEver,
});

export const afterAwait = defineTask({
  ...none,
  name: "after-await",
  description: "Computes for ever, from a later turn of the event loop on.",
  run: async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return spinForEver();
  },
});

export const inMicrotasks = defineTask({
  ...none,
  name: "in-microtasks",
  description: "Awaits for ever, and never lets the event loop turn.",
  run: async () => {
    for (;;) await null;
  },
});

export const inWait = defineTask({
  ...none,
  name: "in-wait",
  description: "Sleeps for ever, and holds its thread.",
  run: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
});

export const inOutput = defineTask({
  ...none,
  name: "in-output",
  description: "Returns what takes for ever to write.",
  run: () => ({ toJSON: spinForEver }),
});

/** So that a job is accepted before it is endless. */
const once = { input: z.strictObject({ file: z.string().optional() }), example: {} };

function spinOnce({ file }: { readonly file?: string | undefined }): void {
  if (file !== undefined && existsSync(file)) spinForEver();
}

export const inLateCheck = defineTask({
  ...once,
  name: "in-late-check",
  description: "Takes for ever to check its input, once there is a file.",
  input: once.input.refine((input) => {
    spinOnce(input);
    return true;
  }),
  run: () => ({}),
});

export const inNeeds = defineTask({
  ...once,
  name: "in-needs",
  description: "Takes for ever to tell what its run needs, once there is a file.",
  memoryBytes: (input) => {
    spinOnce(input);
    return 0;
  },
  run: () => ({}),
});

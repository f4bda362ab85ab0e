/** What TypeScript knows of a task, and what it refuses. `tsc` is the test: nothing here is run. */
import { type } from "arktype";
import * as v from "valibot";
import { expectTypeOf } from "vitest";
import {
  defineTask,
  InputError,
  type RunContext,
  type Task,
  TaskError,
  z,
} from "../../src/index.ts";

const size = z.strictObject({ width: z.string().transform(Number), unit: z.enum(["px", "mm"]) });

// run gets what the schema makes of an input, and the output is what run returns.
const scaled = defineTask({
  name: "scaled",
  input: size,
  run: (input, context) => {
    expectTypeOf(input).toEqualTypeOf<{ width: number; unit: "px" | "mm" }>();
    expectTypeOf(context).toEqualTypeOf<RunContext<undefined>>();
    return { area: input.width ** 2 };
  },
});
expectTypeOf(scaled).toEqualTypeOf<Task<typeof size, { area: number }, undefined, "scaled">>();
expectTypeOf(scaled.description).toEqualTypeOf<string>();

// An asynchronous run is waited for.
const later = defineTask({ name: "later", input: size, run: async ({ unit }) => unit });
expectTypeOf(later).toEqualTypeOf<Task<typeof size, "px" | "mm", undefined, "later">>();

// context.resources is what setup returned, in each function and wherever setup stands.
const indexed = defineTask({
  name: "indexed",
  input: z.object({ word: z.string() }),
  run({ word }, { resources }) {
    expectTypeOf(resources).toEqualTypeOf<Map<string, number>>();
    return resources.get(word) ?? null;
  },
  async runAsync({ word }, { resources }) {
    return resources.get(word) ?? null;
  },
  async setup() {
    return new Map([["a", 1]]);
  },
  teardown(resources) {
    expectTypeOf(resources).toEqualTypeOf<Map<string, number>>();
  },
});
expectTypeOf(indexed.run).returns.toEqualTypeOf<number | null | Promise<number | null>>();

// The schema of an output decides what clients get.
const row = z.object({ id: z.number(), kind: z.enum(["a", "b"]), at: z.string().default("now") });
const checked = defineTask({
  name: "checked",
  input: size,
  output: row,
  run: () => ({ id: 1, kind: "a" }),
});
expectTypeOf<typeof checked>().toEqualTypeOf<
  Task<typeof size, z.output<typeof row>, undefined, "checked">
>();

// The schemas of other libraries have types, too.
defineTask({
  name: "of-valibot",
  input: v.object({ width: v.optional(v.number(), 1) }),
  output: v.picklist(["small", "large"]),
  run: ({ width }) => {
    expectTypeOf(width).toEqualTypeOf<number>();
    return width > 1 ? "large" : "small";
  },
});
defineTask({
  name: "of-arktype",
  input: type({ width: "number = 1", "unit?": "'px' | 'mm'" }),
  run: (input) => {
    expectTypeOf(input).toEqualTypeOf<{ width: number; unit?: "px" | "mm" }>();
    return input.width;
  },
});

// Tasks of all kinds fit one list.
export const tasks: readonly Task[] = [scaled, later, indexed, checked];

// Numbers may depend on the input.
defineTask({
  name: "measured",
  input: size,
  slots: ({ width }) => width,
  memoryBytes: 1024,
  retry: { maxAttempts: 5 },
  executor: "threads",
  run: () => null,
});

const run = () => null;
// @ts-expect-error A task needs a name.
defineTask({ input: size, run });
// @ts-expect-error It needs an input.
defineTask({ name: "a", run });
// @ts-expect-error It needs a run.
defineTask({ name: "a", input: size });
// @ts-expect-error A schema is none of zod 3, and no plain object.
defineTask({ name: "a", input: { width: "number" }, run });
// @ts-expect-error There is no such field.
defineTask({ name: "a", input: size, run, timeout: 5 });
// @ts-expect-error There is no such executor.
defineTask({ name: "a", input: size, run, executor: "gpu" });
// @ts-expect-error The input has no height.
defineTask({ name: "a", input: size, run: ({ height }) => height });
// @ts-expect-error The schema of the output wants a number.
defineTask({ name: "a", input: size, output: z.number(), run: () => "1" });
// @ts-expect-error There is no setup.
defineTask({ name: "a", input: size, run: (_, { resources }) => resources.size });
// @ts-expect-error Both forms return the same.
defineTask({ name: "a", input: size, run: () => 1, runAsync: async () => "1" });
// @ts-expect-error Neither text nor a number with a unit.
defineTask({ name: "a", input: size, run, memoryBytes: "1MB" });

// Lists, unions, and what is no plain object.
const made = z.object({ ids: z.array(z.number()), at: z.date(), data: z.instanceof(Uint8Array) });
defineTask({
  name: "a",
  input: size,
  run: async ({ width }) => ({ ids: [1, width], at: new Date(), data: new Uint8Array(2) }),
  output: made,
});
defineTask({
  name: "a",
  input: size,
  run: ({ width }) => (width > 1 ? { kind: "a", id: width } : { kind: "b", id: 1 }),
  output: row,
});
defineTask({ name: "a", input: size, run: ({ width }) => width, output: z.unknown() });

// Errors for clients.
new InputError("too wide", ["size", 0]);
new TaskError("busy", { code: "busy", retry: { afterMs: 5 }, cause: "no slot" });
// @ts-expect-error There is no such choice: an error is tried again if nothing is said.
new TaskError("busy", { retry: true });
// @ts-expect-error A path is a text, or keys.
new InputError("too wide", 0);

/** What TypeScript knows of a client, and what it refuses. `tsc` is the test: nothing here is run. */
import * as v from "valibot";
import { expectTypeOf } from "vitest";
import { createClient, type JobHandle } from "../../src/client/client.ts";
import type { Jsonified } from "../../src/client/jsonified.ts";
import { bytes, defineTask, z } from "../../src/index.ts";

const scale = defineTask({
  name: "scale",
  input: z.object({
    width: z.string().transform(Number),
    unit: z.enum(["px", "mm"]).default("px"),
  }),
  run: ({ width, unit }) => ({ area: width ** 2, unit, at: new Date(), left: undefined }),
});
const free = defineTask({
  name: "all-defaults",
  input: z.object({ count: z.number().default(3) }),
  run: async ({ count }) => [count, "of"] as const,
});
const shrink = defineTask({
  name: "shrink",
  input: bytes({
    query: z.object({ width: z.number(), format: z.enum(["png", "webp"]).default("png") }),
  }),
  run: ({ data, type, query }) => {
    expectTypeOf(data).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
    expectTypeOf(type).toEqualTypeOf<string>();
    expectTypeOf(query).toEqualTypeOf<{ width: number; format: "png" | "webp" }>();
    return bytes(data, type);
  },
});
const weigh = defineTask({
  name: "weigh",
  input: bytes(),
  run: ({ data, query }) => {
    // @ts-expect-error: it has no query.
    void query.width;
    return data.length;
  },
});
const nothing = defineTask({ name: "nothing", input: v.object({ word: v.string() }), run() {} });

// As `typeof import("./tasks.ts")` would have them: by name, and by default an array or an object.
interface Tasks {
  readonly scaleUnderAnotherName: typeof scale;
  readonly default: readonly [typeof free, typeof nothing, typeof shrink, typeof weigh];
  readonly helper: () => string;
}

const api = createClient<Tasks>("http://127.0.0.1:8000");

// What is sent is what the schema accepts; what comes back is what is left of the output in JSON.
expectTypeOf(await api.scale.run({ width: "3" })).toEqualTypeOf<{
  area: number;
  unit: "px" | "mm";
  at: string;
}>();
expectTypeOf(await api["all-defaults"].run()).toEqualTypeOf<readonly [number, "of"]>();
expectTypeOf(await api.nothing.run({ word: "a" })).toEqualTypeOf<null>();
const photo = new Uint8Array(1);
expectTypeOf(
  await api.shrink.run({ data: photo, type: "image/png", query: { width: 3 } }),
).toEqualTypeOf<{
  readonly data: Uint8Array;
  readonly type: string;
}>();
expectTypeOf(await api.weigh.run({ data: photo })).toEqualTypeOf<number>();
// @ts-expect-error: the query has a parameter without a default.
void api.shrink.run({ data: photo });
// @ts-expect-error: no bytes.
void api.weigh.run({ data: "text" });
// @ts-expect-error: an output needs a type.
void bytes(photo);
// @ts-expect-error: no option.
void bytes({ typs: ["image/png"] });
expectTypeOf(await api["all-defaults"].submit({}, { priority: 3 })).toEqualTypeOf<
  JobHandle<readonly [number, "of"]>
>();
expectTypeOf(await api.$job<number>("id").wait()).toEqualTypeOf<number>();

// @ts-expect-error: a number where the schema wants a text.
void api.scale.run({ width: 3 });
// @ts-expect-error: the input has a field without a default.
void api.scale.run();
// @ts-expect-error: there is no such task.
void api.scaleUnderAnotherName;
// @ts-expect-error: no executor has this name.
void api.nothing.run({ word: "a" }, { executor: "gpu" });
// @ts-expect-error: no field of a job.
void api.nothing.submit({ word: "a" }, { priorty: 3 });

// Without the type of a module every name is a task.
const any = createClient("http://127.0.0.1:8000");
expectTypeOf(await any["whatever"]?.run({ a: 1 })).toEqualTypeOf<unknown>();

expectTypeOf<
  Jsonified<{ a?: Date; b: undefined; c: () => void; d: Uint8Array; e: [1, Date] }>
>().toEqualTypeOf<{ a?: string | undefined; d: string; e: [1, string] }>();

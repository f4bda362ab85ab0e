/** What TypeScript knows of a compute with the tasks of a module. `tsc` is the test: nothing here is run. */
import { expectTypeOf } from "vitest";
import { createCompute } from "../../src/embed/embed.ts";
import { bytes, defineTask, z } from "../../src/index.ts";

const scale = defineTask({
  name: "scale",
  input: z.object({ width: z.number(), unit: z.string().default("px") }),
  run: ({ width }) => ({ area: width ** 2, at: new Date() }),
});
const shrink = defineTask({
  name: "shrink",
  input: bytes(),
  run: ({ data, type }) => bytes(data, type),
});
interface Tasks {
  readonly scale: typeof scale;
  readonly shrink: typeof shrink;
}

export async function typed() {
  const compute = await createCompute<Tasks>();
  const { result } = await compute.run("scale", { width: 3 });
  expectTypeOf(result).toEqualTypeOf<{ area: number; at: string }>();
  const small = await compute.run("shrink", { data: new Uint8Array(3) });
  expectTypeOf(small.result.data).toEqualTypeOf<Uint8Array>();
  // @ts-expect-error: there is no such task.
  void compute.run("scales", { width: 3 });
  // @ts-expect-error: its input has a width.
  void compute.run("scale", {});
  // @ts-expect-error: its width is a number.
  void compute.run("scale", { width: "3" });

  const untyped = await createCompute();
  expectTypeOf((await untyped.run("anything", 3)).result).toEqualTypeOf<unknown>();
}

import { expect, test } from "vitest";
import { openContext } from "../../src/tasks/context.ts";
import { decisionOf } from "../../src/tasks/decision.ts";
import { loadTaskFile } from "../../src/tasks/load.ts";

const [task] = await loadTaskFile(new URL("../../examples/words.js", import.meta.url).pathname);
const run = (texts: readonly string[], lastCheckpoint?: string) => {
  const told: string[] = [];
  const onCheckpoint = (checkpoint: string) => void told.push(checkpoint);
  const context = openContext({ listener: { onCheckpoint, lastCheckpoint } }).contextWith(
    undefined,
  );
  return { result: () => task?.run({ texts }, context), told };
};

test("the example counts, and goes on where an earlier attempt was", () => {
  const first = run(["one two", "three"]);
  expect(first.result()).toEqual({ words: 3 });
  expect(first.told).toEqual(['{"done":1,"words":2}', '{"done":2,"words":3}']);
  const second = run(["one two", "three"], first.told[0]);
  expect(second.result()).toEqual({ words: 3 });
  expect(second.told).toEqual(['{"done":2,"words":3}']);
});

test("the example fails for good at an empty text", () => {
  const { result } = run(["one", ""]);
  try {
    result();
    expect.unreachable();
  } catch (error) {
    expect(decisionOf(error)).toEqual({ kind: "no-retry" });
    expect(error).toMatchObject({ message: "text 1 is empty" });
  }
});

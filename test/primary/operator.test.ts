import { pino } from "pino";
import { expect, test } from "vitest";
import { Operator, type OperatorParts } from "../../src/primary/operator.ts";

function pausing(tasks: readonly string[]) {
  const done: unknown[] = [];
  const setPaused = async (...what: unknown[]) => void done.push(what);
  // Of its parts a pause needs no others.
  const parts = { forks: { tasks }, services: [{ setPaused }], log: pino({ level: "silent" }) };
  return { done, operator: new Operator(parts as unknown as OperatorParts) };
}

test("a task that there is not cannot be paused: the answer names those that there are", async () => {
  const { operator, done } = pausing(["hash", "primes"]);
  await expect(operator.setPaused(true, "hsah")).rejects.toMatchObject({
    type: "not-found",
    message: 'There is no task "hsah". There are hash, primes.',
  });
  expect(done).toEqual([]);
  await operator.setPaused(true, "hash");
  await operator.setPaused(true, undefined);
  expect(done).toEqual([
    [true, "hash"],
    [true, null],
  ]);
});

test("what was paused can be resumed without the task", async () => {
  const { operator, done } = pausing(["hash"]);
  await operator.setPaused(false, "gone");
  expect(done).toEqual([[false, "gone"]]);
});

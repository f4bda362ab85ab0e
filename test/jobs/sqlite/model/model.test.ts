import fc from "fast-check";
import { test } from "vitest";
import { afterSteps } from "./steps/after.ts";
import { byHandSteps } from "./steps/by-hand.ts";
import { lifeSteps } from "./steps/life.ts";
import { orderSteps } from "./steps/order.ts";
import { uniqueSteps } from "./steps/unique.ts";
import { Subject } from "./subject.ts";

/**
 * To add what the queue can do: a file of steps, and what they do to the model. Some steps in a mix of
 * their own meet more often than among all others.
 */
test.each([
  ["by hand", [...lifeSteps, ...byHandSteps]],
  ["in order", [...lifeSteps, ...orderSteps]],
  ["with unique keys", [...lifeSteps, ...byHandSteps, ...uniqueSteps]],
  ["after others", [...lifeSteps, ...byHandSteps, ...afterSteps]],
  ["of all kinds", [...lifeSteps, ...byHandSteps, ...orderSteps, ...uniqueSteps, ...afterSteps]],
])("after any steps %s the queue equals its model", (_, kinds) => {
  const step = fc.oneof(...kinds);
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: "max" }), (steps) => {
      using subject = new Subject();
      for (const each of steps) {
        each.take(subject);
        subject.check();
      }
    }),
    { numRuns: 20 },
  );
});

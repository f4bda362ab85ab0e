import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finalStates } from "../../../src/jobs/job.ts";
import { countEnded, endsNow, noneEnded } from "../../../src/jobs/transitions/batch-end.ts";

const change = fc.record({
  state: fc.constantFrom(...finalStates),
  isRetried: fc.boolean(),
});

describe("the end of a batch", () => {
  test("comes with the last of its jobs", () => {
    const one = { ...noneEnded, failed: 1 };
    expect(endsNow({ total: 2, ended: one, finishedAt: null })).toBe(false);
    expect(endsNow({ total: 1, ended: one, finishedAt: null })).toBe(true);
    expect(endsNow({ total: 1, ended: one, finishedAt: 1 })).toBe(false);
  });

  test("comes exactly once, whatever is retried by hand in between and afterwards", () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), (changes) => {
        const total = 3;
        const ended = { ...noneEnded };
        let finishedAt: number | null = null;
        let [ends, times] = [0, 0];
        const count = (at: number) => {
          if (!endsNow({ total, ended, finishedAt })) return;
          ends++;
          finishedAt = at;
        };
        changes.forEach(({ state, isRetried }, at) => {
          if (isRetried && ended[state] > 0) ended[state]--;
          else if (!isRetried && countEnded(ended) < total) ended[state]++;
          if (countEnded(ended) === total) times++;
          count(at);
        });
        expect(ends).toBe(times > 0 ? 1 : 0);
      }),
    );
  });
});

import { describe, expect, test } from "vitest";
import { isFinal, jobStates } from "../../../src/jobs/job.ts";
import { explainCancelled, onPrerequisite } from "../../../src/jobs/transitions/prerequisites.ts";

describe("a job that is to run after another", () => {
  test.each(["cancel", "run"] as const)("waits until that one has ended (%s)", (onFailure) => {
    for (const state of jobStates) {
      expect(onPrerequisite(state, onFailure) === "wait").toBe(!isFinal(state));
    }
  });

  test.each(["cancel", "run"] as const)("goes on after its success (%s)", (onFailure) => {
    expect(onPrerequisite("succeeded", onFailure)).toBe("go-on");
  });

  const failures = jobStates.filter((state) => isFinal(state) && state !== "succeeded");

  test.each(failures)("does as onFailure says after it has %s", (state) => {
    expect(onPrerequisite(state, "cancel")).toBe("cancel");
    expect(onPrerequisite(state, "run")).toBe("go-on");
  });

  test.each(failures)("says which job was the reason, and that it has %s", (state) => {
    const { type, detail } = explainCancelled("AAA", state);
    expect(type).toBe("job-cancelled");
    expect(detail).toContain("job AAA");
    expect(detail).toContain(state);
  });
});

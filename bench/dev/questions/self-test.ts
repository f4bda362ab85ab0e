import { RunError } from "../../command/failures.ts";
import { describeChecks, selfTest } from "../self-test/self-test.ts";
import type { Question } from "./question.ts";

export const selfTestQuestion: Question = {
  name: "self-test",
  asks: "Does the load generator measure servers of known latency right? (7 s)",
  async run({ signal }) {
    const checks = await selfTest(signal);
    const text = describeChecks(checks);
    if (checks.some(({ passed }) => !passed)) throw new RunError(`the self-test failed\n${text}`);
    return text.trimEnd();
  },
};

import fc from "fast-check";
import type { Subject } from "../subject.ts";

/** One thing that is done to the queue and to the model. It prints as what it is. */
export interface Step {
  readonly take: (subject: Subject) => void;
  readonly toString: () => string;
}

/** A kind of step, and how often it is taken among the others. */
export interface StepKind {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<Step>;
}

/** Any number, which chooses a job or an attempt, perhaps an old one. */
export const pick = fc.nat(1000);

/** Makes a kind of step from its name, its arguments, and what it does. */
export function stepKind<Args extends object>(
  name: string,
  weight: number,
  args: fc.Arbitrary<Args>,
  take: (subject: Subject, args: Args) => void,
): StepKind {
  const arbitrary = args.map((each) => ({
    take: (subject: Subject) => take(subject, each),
    toString: () => `${name} ${JSON.stringify(each)}`,
  }));
  return { weight, arbitrary };
}

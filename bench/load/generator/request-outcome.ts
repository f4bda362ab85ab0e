/** How a request ended. */
export type RequestOutcome =
  | "correct"
  | "wrong"
  | "unexpected"
  | "tolerated"
  | "failed"
  | "unanswered";

export function countNone(): Record<RequestOutcome, number> {
  return { correct: 0, wrong: 0, unexpected: 0, tolerated: 0, failed: 0, unanswered: 0 };
}

import type { Tracing } from "../telemetry/tracing/tracing.ts";
import type { Assignment, Ended, Ending } from "./assignment.ts";

/**
 * Makes a span of an attempt, from its arrival in the worker to its end. It is part of the trace that
 * its job was submitted in, as are all attempts of this job. The spans of its run are inside.
 */
export async function traceAttempt(
  tracing: Tracing,
  { id, attempt, task, traceparent }: Assignment,
  carryOut: () => Promise<Ending>,
): Promise<Ending> {
  const span = tracing.begin(`attempt ${task}`, {
    kind: "CONSUMER",
    attributes: { "manycore.job.id": id, "manycore.job.attempt": attempt, "manycore.task": task },
    parent: traceparent === undefined ? null : { traceparent },
  });
  try {
    const ending = await span.within(carryOut);
    const ended = endedOf(ending);
    span.set({ "manycore.job.ending": ended.kind });
    if (ended.kind === "failed") span.fail(ended.error.type);
    return ending;
  } finally {
    span.end();
  }
}

function endedOf(ending: Ending): Ended {
  return ending.kind === "at-exit" ? ending.ended : ending;
}

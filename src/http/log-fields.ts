import { traceFields } from "../telemetry/access-log.ts";
import type { HttpContext } from "./services.ts";

/** Fields that lead from a line of the log to its request, and to the trace that this is part of. */
export function logFieldsOf({ state }: HttpContext): Record<string, string> {
  return { requestId: state.requestId, ...traceFields(state.span?.ids) };
}

import { AppError } from "../../../errors.ts";
import type { Condition } from "../../../jobs/schedules/schedule.ts";
import { readIfMatch } from "../../if-match.ts";
import type { HttpContext } from "../../services.ts";

/**
 * Reads what must hold for a change (RFC 9110, sections 13.1.1 and 13.1.2).
 *
 * @throws AppError `malformed-request`
 */
export function readCondition(ctx: HttpContext): Condition {
  const versions = readIfMatch(ctx, '"1.1"');
  const noneMatch = ctx.get("If-None-Match").trim();
  if (noneMatch !== "" && noneMatch !== "*") {
    const detail = "If-None-Match must be * here: the schedule is put only if there is none yet.";
    throw new AppError("malformed-request", detail);
  }
  return { versions, isNew: noneMatch === "*" };
}

export function explainConditionFailed(name: string): AppError {
  const detail = `Schedule ${name} was changed, removed or made meanwhile. Read it again with GET /schedules/${name}, and send its ETag.`;
  return new AppError("precondition-failed", detail);
}

import { AppError } from "../../../errors.ts";
import { scheduleName } from "../../../jobs/limits.ts";
import type { WholeSchedule } from "../../../jobs/schedules/schedule.ts";
import type { HttpContext, JobServices } from "../../services.ts";
import { requireQueue } from "../jobs/find-job.ts";

/** @throws AppError `not-found` */
export async function requireSchedule(services: JobServices, name: string): Promise<WholeSchedule> {
  const found = scheduleName.test(name) ? await requireQueue(services).schedules.find(name) : null;
  if (found) return found;
  throw explainUnknown(name);
}

export function explainUnknown(name: string): AppError {
  const detail = `There is no schedule ${JSON.stringify(name)}. GET /schedules lists the schedules.`;
  return new AppError("not-found", detail);
}

export function nameOf(ctx: HttpContext): string {
  return ctx["params"]["name"] ?? "";
}

import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import { maxSchedules, scheduleName } from "../../../jobs/limits.ts";
import type { PutSchedule, WholeSchedule } from "../../../jobs/schedules/schedule.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJson } from "../../json.ts";
import { parseBody, readJsonBody } from "../../json-body.ts";
import { requireNoQuery } from "../../query.ts";
import type { Services, State } from "../../services.ts";
import { requireQueue } from "../jobs/find-job.ts";
import { explainConditionFailed, readCondition } from "./conditions.ts";
import { nameOf } from "./find-schedule.ts";
import { linkSchedule, showSchedule } from "./representation.ts";
import { explainInvalid, makeSchedule } from "./schedule-body.ts";

/** `PUT /schedules/:name`: 201 for a new one, 200 for one that was replaced. */
export function serveSchedulePut(router: Router<State>, services: Services): void {
  router.put("/schedules/:name", async (ctx) => {
    const { schedules } = requireQueue(services);
    const name = nameOf(ctx);
    chooseRepresentation(ctx, "json");
    requireNoQuery(ctx.query);
    requireName(name);
    const condition = readCondition(ctx);
    const sent = parseBody(await readJsonBody(ctx, services.bodyLimitBytes));
    const put = await schedules.put(makeSchedule(services, name, sent), condition);
    const schedule = requirePut(name, put);
    ctx.status = put.kind === "made" ? 201 : 200;
    if (put.kind === "made") ctx.set("Location", linkSchedule(name).self);
    ctx.set("ETag", `"${schedule.version}"`);
    answerJson(ctx, showSchedule(schedule));
  });
}

/** @throws AppError `invalid-input` */
function requireName(name: string): void {
  if (scheduleName.test(name)) return;
  const message = "must be 1 to 100 characters of A-Z a-z 0-9 . _ -, and not dots alone";
  throw explainInvalid([{ path: "/name", message }]);
}

/** @throws AppError `precondition-failed`, `too-many-schedules` */
function requirePut(name: string, put: PutSchedule): WholeSchedule {
  if ("schedule" in put) return put.schedule;
  if (put.kind === "condition-failed") throw explainConditionFailed(name);
  const detail = `There are ${maxSchedules} schedules, the most that a queue takes. Remove one with DELETE /schedules/NAME.`;
  throw new AppError("too-many-schedules", detail);
}

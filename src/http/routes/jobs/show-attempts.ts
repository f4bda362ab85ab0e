import type Router from "@koa/router";
import type { PastAttempt } from "../../../jobs/attempt.ts";
import { describeProblem } from "../../../problems.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJson } from "../../json.ts";
import { refuseQuery } from "../../query.ts";
import type { JobServices, State } from "../../services.ts";
import { explainNotFound, requireQueue } from "./find-job.ts";

/** `GET /jobs/:id/attempts`: the attempts that have ended, the oldest first. */
export function serveJobAttempts(router: Router<State>, services: JobServices): void {
  router.get("/jobs/:id/attempts", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    const found = await queue.jobs.attempts(id);
    if (found.kind !== "found") throw explainNotFound(id, found.kind);
    ctx.set("Cache-Control", "no-cache");
    const { errorStacks } = services;
    answerJson(ctx, { attempts: found.attempts.map((each) => showAttempt(each, errorStacks)) });
  });
}

/** @param withStacks whether clients may see the stacks of errors (`--error-stacks`) */
function showAttempt(attempt: PastAttempt, withStacks: boolean) {
  const { error, stack, log } = attempt;
  const shownStack = withStacks && stack !== null ? { stack } : {};
  return {
    number: attempt.number,
    outcome: attempt.outcome,
    counts: attempt.counts,
    startedAt: timeOf(attempt.startedAt),
    endedAt: timeOf(attempt.endedAt),
    worker: attempt.worker,
    pid: attempt.pid,
    executor: attempt.executor,
    queuedMs: attempt.queuedMs,
    ranMs: attempt.ranMs,
    cpuMs: attempt.cpuMs,
    error: error && { ...describeProblem(error.type, error.detail), ...shownStack },
    log: log.lines.map(({ at, text }) => ({ at: timeOf(at), text })),
    logDropped: log.dropped,
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

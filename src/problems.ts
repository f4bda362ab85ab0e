/**
 * Every problem that clients can get: status and title by type (RFC 9457). Types are stable, so
 * clients may branch on them. The detail says what happened and what to do.
 */
export const problems = {
  "malformed-request": { status: 400, title: "The request could not be read" },
  unauthorized: { status: 401, title: "A token is needed" },
  "closed-without-token": { status: 403, title: "This is off on a server without a token" },
  "foreign-host": { status: 403, title: "The Host is no name of this server" },
  "foreign-site": { status: 403, title: "A page of another site may not do this" },
  "not-found": { status: 404, title: "There is nothing here" },
  "method-not-allowed": { status: 405, title: "This method is not allowed here" },
  "not-acceptable": { status: 406, title: "No representation that the client accepts" },
  "request-timeout": { status: 408, title: "The request did not arrive in time" },
  "executor-unavailable": { status: 409, title: "This executor cannot take this run" },
  "job-ended": { status: 409, title: "The job has ended already" },
  "job-not-retryable": { status: 409, title: "The job cannot be run again" },
  "job-not-queued": { status: 409, title: "The job is not queued any more" },
  "job-not-done": { status: 409, title: "The job has no result yet" },
  "job-failed": { status: 409, title: "The job failed and has no result" },
  "job-cancelled": { status: 409, title: "The job was cancelled and has no result" },
  "unique-conflict": { status: 409, title: "Another job holds the unique key" },
  "job-expired": { status: 409, title: "The job did not start in time and has no result" },
  "no-webhook": { status: 409, title: "There is no webhook to send again" },
  "schedule-not-valid": { status: 409, title: "The schedule cannot make this job any more" },
  "too-many-schedules": { status: 409, title: "There are too many schedules" },
  "reload-failed": { status: 409, title: "The workers could not be replaced" },
  "program-running": { status: 409, title: "A contrast or a load runs already" },
  "job-gone": { status: 410, title: "The job was removed" },
  "batch-gone": { status: 410, title: "The batch was removed" },
  "precondition-failed": { status: 412, title: "The condition of the request does not hold" },
  "body-too-large": { status: 413, title: "The request body is too large" },
  "uri-too-long": { status: 414, title: "The URL is too long" },
  "unsupported-media-type": { status: 415, title: "The request body is of the wrong type" },
  "expectation-failed": { status: 417, title: "The server cannot do what is expected" },
  "invalid-input": { status: 422, title: "The input is not valid" },
  "key-conflict": { status: 422, title: "The Idempotency-Key was used for something else" },
  "rate-limited": { status: 429, title: "The client sends too many requests" },
  "header-too-large": { status: 431, title: "The request header is too large" },
  "task-failed": { status: 500, title: "The task failed" },
  "run-crashed": { status: 500, title: "The run ended its thread" },
  "result-too-large": { status: 500, title: "The result is too large to be kept" },
  "worker-lost": { status: 500, title: "The worker ended during the run" },
  "internal-error": { status: 500, title: "The server made a mistake" },
  "not-implemented": { status: 501, title: "This method is not known" },
  "jobs-off": { status: 501, title: "This server takes no jobs" },
  "server-unreachable": { status: 502, title: "The server did not answer" },
  overloaded: { status: 503, title: "The server is overloaded" },
  "queue-timeout": { status: 503, title: "The run waited too long" },
  "task-postponed": { status: 503, title: "The task asks to be run later" },
  "run-lost": { status: 503, title: "The run was lost with its worker" },
  "queue-full": { status: 503, title: "Too many jobs wait" },
  "queue-unavailable": { status: 503, title: "The queue cannot be written" },
  draining: { status: 503, title: "The server is stopping" },
  "run-timeout": { status: 504, title: "The run took too long" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemType = keyof typeof problems;

export function isProblemType(type: string): type is ProblemType {
  return Object.hasOwn(problems, type);
}

/** Names a problem by a reference relative to this server (RFC 9457, section 3.1.1). It can be opened. */
export function nameProblem(type: string): string {
  return `/problems/${type}`;
}

/** The problem of a job that ended badly. A newer server may have stored a type unknown to this one. */
export function describeProblem(type: string, detail: string) {
  const title = isProblemType(type) ? problems[type].title : type;
  return { type: nameProblem(type), title, detail };
}

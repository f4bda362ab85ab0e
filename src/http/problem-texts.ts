import type { ProblemType } from "../problems.ts";

/** What `GET /problems/:type` says, in Markdown. A test holds docs/problems.md to it. */
export interface ProblemText {
  readonly meaning: string;
  readonly remedy: string;
}

export const problemTexts: Readonly<Record<ProblemType, ProblemText>> = {
  "malformed-request": {
    meaning: "The request is not valid HTTP/1.1, or its body is not valid JSON.",
    remedy: "Correct it. The detail says where reading stopped.",
  },
  unauthorized: {
    meaning:
      "The server has a token (`--token`), and the request does not carry it. All that has to do with jobs needs it, and so do changes at the control address. Runs do not.",
    remedy:
      "Send `Authorization: Bearer TOKEN`. The typed client has the option `token`; `manycore run`, `submit` and `ctl` have `--token` and read `MANYCORE_TOKEN`.",
  },
  "closed-without-token": {
    meaning:
      "Other machines reach this server (`--host`), and it has no token. So it lists, changes and removes nothing: everybody could do that to the jobs of others. Submitting, and reading by id, work.",
    remedy: "Start the server with `--token`, `--token-file` or `MANYCORE_TOKEN`, and send it.",
  },
  "foreign-host": {
    meaning:
      "The `Host` header is no name of this server. On loopback that could be a page of another site, whose owner lets a name of theirs lead to your machine (DNS rebinding).",
    remedy:
      "Use `localhost` or `127.0.0.1`. If the name is one of the server, as behind a proxy, start it with `--allowed-hosts NAME`.",
  },
  "foreign-site": {
    meaning:
      "A web page of another site sent the request through a browser. Only pages of the server itself may run, submit or change something.",
    remedy: "Start the server with `--cors ORIGIN`, to let in the pages of that site.",
  },
  "not-found": {
    meaning: "The server has nothing at this path.",
    remedy: "Start from `GET /`, `GET /tasks` or `GET /jobs`.",
  },
  "method-not-allowed": {
    meaning: "The path exists, but it does not take this method.",
    remedy: "Use one of the methods in the `Allow` header.",
  },
  "not-acceptable": {
    meaning: "The `Accept` header leaves out every type that this path has.",
    remedy: "Accept one of the types that the detail names, or `*/*`.",
  },
  "request-timeout": {
    meaning: "The request did not arrive whole in time. The connection is closed.",
    remedy: "Send the header within `--headers-timeout` and the body within `--request-timeout`.",
  },
  "executor-unavailable": {
    meaning: "The executor that was asked for cannot run this task with this input.",
    remedy:
      "Ask for another `?executor=`, or start the server with the flag that the detail names. If a thread cannot receive the input, let the task's schema return plain data.",
  },
  "job-ended": {
    meaning: "The job has ended already, so it cannot be cancelled.",
    remedy: "Read how it ended with `GET /jobs/:id`, or remove it with `DELETE /jobs/:id`.",
  },
  "job-not-retryable": {
    meaning:
      "The job runs, or has succeeded, so it is not run again. Or another job has its `unique` key now.",
    remedy:
      "Cancel a running job first. Submit a job that has succeeded again, as a new one. The detail says which of these it is.",
  },
  "job-not-queued": {
    meaning: "The job runs or has ended, so its `priority` and `runAt` mean nothing any more.",
    remedy:
      "If it has failed, queue it again with `POST /jobs/:id/retry`. Otherwise submit a new job.",
  },
  "no-webhook": {
    meaning: "The job or batch has no webhook that failed, or that waits for its next attempt.",
    remedy:
      "Read what became of its webhooks with `GET /jobs/:id/deliveries` or `GET /batches/:id/deliveries`.",
  },
  "job-not-done": {
    meaning: "The job is still queued or running.",
    remedy:
      "Ask again after the seconds in `Retry-After`, or wait with `GET /jobs/:id` and `Prefer: wait=N`.",
  },
  "job-failed": {
    meaning: "The last attempt of the job failed. The detail has its error.",
    remedy: "Remove the cause, then run the job again with `POST /jobs/:id/retry`.",
  },
  "job-cancelled": {
    meaning: "The job was cancelled before it had a result.",
    remedy: "Run it again with `POST /jobs/:id/retry` if you need the result.",
  },
  "job-expired": {
    meaning: "The job had not started when its `startBefore` was over.",
    remedy:
      "Run it again with `POST /jobs/:id/retry` if you still need the result. Next time, submit it with a later `startBefore`.",
  },
  "schedule-not-valid": {
    meaning: "This server would not accept the job of the schedule any more. The detail says why.",
    remedy: "Start the server with what the job needs, or put the schedule again with another job.",
  },
  "too-many-schedules": {
    meaning: "The queue has as many schedules as it takes.",
    remedy: "Remove one with `DELETE /schedules/:name`.",
  },
  "reload-failed": {
    meaning:
      "A new worker could not boot, or the configuration cannot be used. The workers from before go on.",
    remedy: "Mend what the detail names, and reload again.",
  },
  "program-running": {
    meaning:
      "Control runs one contrast or one load at a time: two at once would measure each other.",
    remedy: "Wait for its end, or end it with the request that the detail names.",
  },
  "job-gone": {
    meaning:
      "The job has ended and was removed: by a client, or because it ended longer ago than `--job-retention`.",
    remedy: "Collect results sooner, or start the server with a longer `--job-retention`.",
  },
  "batch-gone": {
    meaning:
      "The batch was removed with the last of its jobs: by a client, or `--job-retention` after their end.",
    remedy: "Collect results sooner, or start the server with a longer `--job-retention`.",
  },
  "precondition-failed": {
    meaning:
      "The job or the schedule is not as `If-Match` or `If-None-Match` requires. Nothing was changed.",
    remedy: "Read it again, and send its `ETag`.",
  },
  "body-too-large": {
    meaning: "The body is larger than `--body-limit`, measured after decompression.",
    remedy: "Send less, or start the server with a higher `--body-limit`.",
  },
  "uri-too-long": {
    meaning: "The URL takes more than half of `--header-limit`.",
    remedy:
      "Send the input as the body of a POST, or start the server with a higher `--header-limit`.",
  },
  "unsupported-media-type": {
    meaning: "The body is not JSON in UTF-8, or its compression is unknown.",
    remedy:
      "Send JSON with `Content-Type: application/json`, plain or compressed by gzip, deflate or br. Clients may leave the type out.",
  },
  "expectation-failed": {
    meaning: "The server does not know the `Expect` header. The connection is closed.",
    remedy: "Send `Expect: 100-continue`, or no `Expect`.",
  },
  "invalid-input": {
    meaning:
      "Some fields of the input, of the job, of the batch, of the schedule or of the query are not valid.",
    remedy: "Correct them. `errors` has the JSON Pointer of every field and what it must be.",
  },
  "key-conflict": {
    meaning:
      "The `Idempotency-Key` belongs to a job or a batch with another payload. Nothing was submitted.",
    remedy:
      "Use a new key for a new payload. A key is free again when its job or batch is removed.",
  },
  "unique-conflict": {
    meaning:
      "Another job of the task holds the key of `unique`. `onConflict` is `refuse`; or it is `replace`, and that job has started already. Nothing was submitted.",
    remedy:
      "Look at the job that the detail names. Submit again when it has ended, or with another key.",
  },
  "rate-limited": {
    meaning:
      "This client has sent more requests than `--rate-limit` allows it. Nothing of the request was kept.",
    remedy:
      "Try again after the seconds in `Retry-After`. `RateLimit` in every answer says how many are left.",
  },
  "header-too-large": {
    meaning: "The header is larger than `--header-limit`, or it has more than 100 fields.",
    remedy: "Send a smaller header, or start the server with a higher `--header-limit`.",
  },
  "task-failed": {
    meaning:
      "The task threw an error, or it returned what it must not return. The detail has the message where that is written for clients (`TaskError`); then `code` is the task's own name of the error.",
    remedy:
      "Correct the task or its input. The server's log has every message and the stack; the detail names the request or the job to look for.",
  },
  "run-crashed": {
    meaning:
      "The thread of the run ended: the task exited, used up the heap, or left something behind that threw; or no thread could be started. Other runs are not affected.",
    remedy:
      "Correct the task, or start the server with more `--thread-memory`. The detail or the server's log has the cause.",
  },
  "result-too-large": {
    meaning: "The result of the job is larger than `--job-result-limit`. The job is not run again.",
    remedy: "Let the task return less, or raise `--job-result-limit`.",
  },
  "worker-lost": {
    meaning:
      "The worker ended during the last attempt of the job: the job ended it, or it was killed. Losses beside other jobs do not count as attempts. Or it ended while it computed a POST for another worker (`--hand-over`): what that has done until then is not known.",
    remedy:
      "Look for the cause in the server's log. Then run the job again with `POST /jobs/:id/retry`, or send the request again.",
  },
  "internal-error": {
    meaning: "The server made a mistake.",
    remedy: "Look in the server's log for the `requestId`, and report what you find.",
  },
  "not-implemented": {
    meaning: "The server does not know this method.",
    remedy: "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.",
  },
  "jobs-off": {
    meaning: "The server was started with `--queue none`.",
    remedy: "Start it with `--queue sqlite:PATH`.",
  },
  "server-unreachable": {
    meaning:
      "Control passed the request on to the server, which did not answer: its workers boot, or it stops. Or it asked another host, which tells nothing, or whose Redis is away.",
    remedy: "Look in the server's log, and send the request again.",
  },
  overloaded: {
    meaning:
      "`--max-pending` runs wait already, or the bodies that the worker receives fill the memory for them.",
    remedy: "Try again after the seconds in `Retry-After`.",
  },
  "queue-timeout": {
    meaning:
      "No slot came free within `--queue-timeout`, or no thread booted in place of one that had ended.",
    remedy: "Try again after the seconds in `Retry-After`.",
  },
  "task-postponed": {
    meaning:
      "The task cannot do its work now, and asks to be run again later (`retryAfter`, `snooze`). A job that failed with this has used up its attempts.",
    remedy:
      "Try again after the seconds in `Retry-After`. Or submit a job: it is run again by itself.",
  },
  "run-lost": {
    meaning:
      "The worker that computed this GET for another worker has ended (`--hand-over`): it was killed, or the run ended it.",
    remedy: "Try again after the seconds in `Retry-After`.",
  },
  "queue-full": {
    meaning: "`--max-queued` jobs wait already. Nothing of the job, or of the batch, was kept.",
    remedy:
      "Try again after the seconds in `Retry-After`. They follow from how fast jobs have ended of late.",
  },
  "queue-unavailable": {
    meaning:
      "The queue cannot be written: the disk is full, the file was deleted, or Redis is away, for example. With a queue in a file, nothing of the request was kept. With one in Redis, it may have been.",
    remedy:
      "Send the request again later, with the same `Idempotency-Key`. The server's log has the cause.",
  },
  draining: {
    meaning: "The server is being stopped.",
    remedy: "Send the request to another server, or a moment later.",
  },
  "run-timeout": {
    meaning:
      "The run took longer than `--run-timeout`, or the job's run longer than its `timeoutMs`; or the check of a job's input, or the writing of its result, held the event loop for too long. If the run holds the event loop for `--hang-timeout` more, its client gets no answer: the connection is closed.",
    remedy: "Ask for less work, or raise the limit.",
  },
};

/** The log as a listener: which events become lines, and their text. */
import type { Logger } from "pino";
import { systemClock } from "../clock.ts";
import { printMebibytes } from "../config/mebibytes.ts";
import type { AttemptEnded, Telemetry, ThreadEnded, WorkerEnded, WorkerForked } from "./events.ts";
import { oncePerSpell } from "./spell.ts";

type KeptTooMuch = Extract<ThreadEnded, { readonly reason: "memory" }>;

/** Logs every event that needs no flag. */
export function logEvents(telemetry: Telemetry, log: Logger): void {
  logAttempts(telemetry, log);
  logWorkers(telemetry, log);
  logClosedConnections(telemetry, log);
  logRefusedConnections(telemetry, log);
  logUncountedClients(telemetry, log);
  logExhaustedDescriptors(telemetry, log);
  logFullThreads(telemetry, log);
}

/** Logs every failed attempt: no client waits for its error. */
function logAttempts(telemetry: Telemetry, log: Logger): void {
  telemetry.on("job.attempt-ended", ({ job, attempt, task, error }: AttemptEnded) => {
    if (!error) return;
    const { status, type: problem, cause, loggedDetail: detail } = error;
    const fields = { job, attempt, task, problem };
    if (status === 500) log.error({ ...fields, err: cause ?? error }, detail);
    // The server refused or ended the run: our own stack would say nothing.
    else log.warn(cause === undefined ? fields : { ...fields, err: cause }, detail);
  });
}

function logWorkers(telemetry: Telemetry, log: Logger): void {
  telemetry.on("worker.forked", ({ level, ...fields }) =>
    log[level](fields, `${workerName(fields)} boots`),
  );
  telemetry.on("worker.ready", ({ level, ...fields }) =>
    log[level](fields, `${workerName(fields)} is ready`),
  );
  telemetry.on("worker.ended", ({ level, because, ...fields }) => {
    const reason = because === undefined ? "" : `: ${because}`;
    log[level](fields, `${workerName(fields)} ended (${endInWords(fields)})${reason}`);
  });
}

/** `worker 2 (pid 123)` */
export function workerName({ worker, pid }: Pick<WorkerForked, "worker" | "pid">): string {
  return pid === undefined ? `worker ${worker}` : `worker ${worker} (pid ${pid})`;
}

/** How a process ended. */
export function endInWords({ code, signal }: Pick<WorkerEnded, "code" | "signal">): string {
  return signal ?? (code === null ? "it could not be started" : `exit code ${code}`);
}

/** Logs once a spell that connections are closed because a process has no descriptor left. */
function logClosedConnections(telemetry: Telemetry, log: Logger): void {
  telemetry.on(
    "connection.closed",
    oncePerSpell(systemClock, ({ process, limit }) =>
      log.error(
        { limit },
        `Connections are closed: ${process} has no file descriptor left. ` +
          "Raise the limit (ulimit -n), or look for what is left open",
      ),
    ),
  );
}

/** Logs once a spell that connections are closed past a worker's limit. */
function logRefusedConnections(telemetry: Telemetry, log: Logger): void {
  telemetry.on(
    "connection.refused",
    oncePerSpell(systemClock, ({ connections, limit }) =>
      log.error(
        { connections, limit },
        `Connections past ${connections} are closed: ${explainLimit(limit)}, or shorten --keep-alive-timeout`,
      ),
    ),
  );
}

function explainLimit(limit: number | null): string {
  if (limit === null) return "--max-connections allows no more. Raise it";
  return `the limit on file descriptors (${limit}) allows no more. Raise it (ulimit -n)`;
}

/** Logs once a spell that the rate limit is not kept. */
function logUncountedClients(telemetry: Telemetry, log: Logger): void {
  telemetry.on(
    "client.uncounted",
    oncePerSpell(systemClock, ({ waitedMs }) =>
      log.warn(
        `Requests go on uncounted by --rate-limit: the primary did not answer within ${waitedMs} ms. ` +
          "Look for what keeps its process from running",
      ),
    ),
  );
}

/** Logs that threads are replaced for what they keep, once a spell for each task. */
function logFullThreads(telemetry: Telemetry, log: Logger): void {
  const tellOf = new Map<string, (kept: KeptTooMuch) => void>();
  telemetry.on("thread.ended", (ended) => {
    if (ended.reason !== "memory") return;
    const tell = tellOf.get(ended.task) ?? oncePerSpell(systemClock, tellKept);
    tellOf.set(ended.task, tell);
    tell(ended);
  });

  function tellKept({ task, keptBytes, limitBytes }: KeptTooMuch): void {
    const [kept, limit] = [printMebibytes(keptBytes), printMebibytes(limitBytes)];
    log.warn(
      { task, keptBytes, limitBytes },
      `A thread is replaced: after a run of ${task} it keeps ${kept} of JavaScript objects, and may keep ${limit}. ` +
        "Look for what grows in the modules of the tasks, or raise --thread-memory",
    );
  }
}

/** Logs once a spell that a process has no file descriptor left. */
function logExhaustedDescriptors(telemetry: Telemetry, log: Logger): void {
  telemetry.on(
    "descriptors.exhausted",
    oncePerSpell(systemClock, ({ code, limit }) =>
      log.error(
        { code, limit },
        "File descriptors have run out: new connections are closed, and files cannot be opened. " +
          "Raise the limit (ulimit -n), or look for what is left open",
      ),
    ),
  );
}

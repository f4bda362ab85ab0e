import type { Logger } from "pino";
import type { Assignment } from "../assignment.ts";
import type { Paused } from "../control.ts";
import type { JobState } from "../job.ts";
import type { Former } from "../messages/commands.ts";
import type { ScheduleNews } from "../schedules/schedule-news.ts";
import type { Upgrade } from "../sqlite/thread/schema/upgrade.ts";
import type { JobWorker } from "./dispatch/job-worker.ts";
import type { StoreModule } from "./store-module.ts";

/** A worker that has ended. */
type EndedWorker = Pick<JobWorker, "life" | "number">;

const formerCompute =
  "workers of a former server compute on: its running jobs wait for their end, all else goes on";
const formerUnknown =
  "it cannot be seen whether workers of a former server compute on: its running jobs wait until it can, all else goes on";

/** The rule is in transitions.ts. Only the file knows whether the job was to be cancelled. */
function afterLossAlone(attempt: number, maxAttempts: number): string {
  const counts = ", which counts: no other job ran there";
  if (attempt >= maxAttempts) return `${counts}. No attempt is left`;
  return `${counts}. The job runs again, unless it was cancelled`;
}

/** Of the schedules whose times were missed. */
const mostNamed = 10;

/** A million took 3 s on one machine. */
const manyJobs = 100_000;

const afterLossBeside =
  ", beside other jobs: it does not count, unless the job was lost twice in a row before. " +
  "The job runs again while it has attempts left, unless it was cancelled";

/** The lines that the queue writes into the server's log. */
export class HostLog {
  readonly #log: Logger;
  readonly #path: string;
  readonly #noun: string;
  #isHarmed = false;

  /** @param store what the lines name */
  constructor(log: Logger, { path, noun }: Pick<StoreModule, "path" | "noun">) {
    this.#log = log;
    this.#path = path;
    this.#noun = noun;
  }

  /** @param wasAlone whether the worker had one attempt, and no other */
  lost({ life, number }: EndedWorker, attempts: readonly Assignment[], wasAlone: boolean): void {
    for (const { id, attempt, maxAttempts, task } of attempts) {
      const message = `The worker ended during attempt ${attempt} of ${maxAttempts}`;
      const follows = wasAlone ? afterLossAlone(attempt, maxAttempts) : afterLossBeside;
      const fields = { job: id, attempt, maxAttempts, task, worker: number, life };
      this.#log.error(fields, message + follows);
    }
  }

  /** At the start if something is paused, and after each change by hand. */
  paused({ all, tasks }: Paused): void {
    const names = tasks.join(", ");
    const which = all ? "all tasks" : `${tasks.length === 1 ? "task" : "tasks"} ${names}`;
    if (!all && tasks.length === 0) this.#log.info("no jobs are paused any more");
    else this.#log.warn({ all, tasks }, `jobs of ${which} are paused (POST /jobs/resume)`);
  }

  /** How an attempt ended was known before its worker ended. */
  endedWith(
    { life, number }: EndedWorker,
    { id, attempt, task }: Assignment,
    ending: string,
  ): void {
    const fields = { job: id, attempt, task, worker: number, life, ending };
    this.#log.error(fields, "The attempt ended with its worker");
  }

  /** These tasks are on probation; before, those were. */
  probation(tasks: readonly string[], before: readonly string[]): void {
    const [begins, ends] = [
      "run one at a time: it lost two workers in a row",
      "run side by side again",
    ];
    for (const task of tasks) {
      if (!before.includes(task)) this.#log.warn({ task }, `The jobs of this task ${begins}`);
    }
    for (const task of before) {
      if (!tasks.includes(task)) this.#log.info({ task }, `The jobs of this task ${ends}`);
    }
  }

  former({ isGone, jobs, trouble }: Former): void {
    if (isGone)
      this.#log.info({ jobs }, "the workers of a former server have ended: its jobs go on");
    else if (trouble === null) this.#log.warn({ jobs }, formerCompute);
    else this.#log.error({ jobs }, `${formerUnknown}: ${trouble}`);
  }

  /** One line for all whose times were missed: after a night without the server, that may be all. */
  schedules(news: readonly ScheduleNews[]): void {
    const missed = news.filter(({ fault }) => fault === null);
    for (const { name, fault } of news) {
      if (fault === null) continue;
      const message = `schedule ${name} makes no more jobs: ${fault}. Put it again`;
      this.#log.error({ schedule: name }, message);
    }
    if (missed.length === 0) return;
    const jobs = missed.reduce((sum, each) => sum + each.jobs, 0);
    const first = Math.min(...missed.map(({ missedSince }) => missedSince ?? 0));
    const schedules = missed.slice(0, mostNamed).map(({ name }) => name);
    const fields = { schedules, count: missed.length, since: new Date(first).toISOString(), jobs };
    this.#log.warn(fields, "times of schedules were missed; catchUp says which of them get jobs");
  }

  /** The file is of an earlier version. */
  upgrade(upgrade: Upgrade): void {
    const path = this.#path;
    if (upgrade.kind === "not-shrinking") {
      const what =
        "the queue's file will not shrink when jobs are removed; the next start tries again";
      this.#log.warn({ path }, `${what}: ${upgrade.reason}`);
      return;
    }
    const { version, jobs } = upgrade;
    const what = `the queue's file is being brought to version ${version}, with ${jobs} jobs`;
    const cost = "earlier versions of manycore cannot open it after that";
    const wait = jobs >= manyJobs ? ". This may take a while" : "";
    this.#log.info({ path, version, jobs }, `${what}; ${cost}${wait}`);
  }

  /** The file was damaged, removed or replaced. The message says what to do. */
  harm(message: string): void {
    this.#isHarmed = true;
    this.#log.error({ path: this.#path }, message);
  }

  /** The store has lost all jobs. */
  emptied(): void {
    const what = `${this.#noun} has lost its data: the jobs that it had accepted are gone`;
    const remedy =
      "Their ids are unknown now, and new jobs are taken. Bring its data back from a backup, and see that it keeps them (appendonly yes)";
    this.#log.error({ path: this.#path }, `${what}. ${remedy}`);
  }

  back(): void {
    this.#isHarmed = false;
    this.#log.info(
      { path: this.#path },
      "the queue's file is back, and whole: it takes jobs again",
    );
  }

  /**
   * The file was closed.
   *
   * @param states how many jobs it has in each state; undefined where nobody knows
   */
  left(states: Readonly<Record<JobState, number>> | undefined): void {
    if (!states || this.#isHarmed) return; // The line on the harm says what becomes of the jobs.
    const jobs = states.queued + states.running;
    const [have, run] = jobs === 1 ? ["job has", "runs"] : ["jobs have", "run"];
    const message = `${jobs} ${have} not ended and ${run} with the next server on this queue`;
    if (jobs > 0) this.#log.info({ path: this.#path, jobs }, message);
  }

  /** The file could not be checked after its server was killed. */
  unchecked(reason: string): void {
    const what = `the queue's file could not be checked after its server was killed: ${reason}`;
    this.#log.warn({ path: this.#path }, what);
  }

  /** What the operator should change where the jobs are. */
  advice(level: "error" | "warn", message: string): void {
    this.#log[level]({ path: this.#path }, message);
  }

  /** A write failed, for this reason; or writes succeed again (null). */
  trouble(message: string | null): void {
    const fields = { path: this.#path };
    if (message === null) this.#log.info(fields, `${this.#noun} can be written again`);
    else this.#log.error(fields, `${this.#noun} cannot be written: ${message}`);
  }

  /** The socket beside the queue's file could not be made. */
  unreachable(reason: string): void {
    const what = "manycore backup cannot reach this server; stop it for a backup";
    this.#log.warn({ path: this.#path }, `${what}: ${reason}`);
  }

  notWatched(err: unknown): void {
    this.#log.error({ err }, "a job could not be watched");
  }

  /** A command failed whose answer nobody waits for. */
  refused(op: string, err: unknown): void {
    this.#log.debug({ err }, `${op} failed`);
  }
}

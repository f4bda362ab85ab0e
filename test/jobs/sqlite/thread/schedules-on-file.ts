import type { Job, JobPage } from "../../../../src/jobs/job.ts";
import type {
  NewSchedule,
  Schedule,
  ScheduleRules,
} from "../../../../src/jobs/schedules/schedule.ts";
import { yearly } from "../../../contracts/schedules.ts";
import { StoreOnFile, type StoreOnFileOptions } from "../../../helpers/store-on-file.ts";

export const start = Date.parse("2027-01-01T12:00Z");
export const minute = 60_000;
export const hour = 60 * minute;

/** A store on a file, for its one schedule. */
export class SchedulesOnFile extends StoreOnFile {
  constructor(options: StoreOnFileOptions = {}) {
    super({ start, ...options });
  }

  /** The server is down for so long. */
  restart(downMs: number): void {
    this.steady += downMs;
    this.reopen();
    this.work();
  }

  put(rules: Partial<ScheduleRules>, schedule: Partial<NewSchedule> = {}): void {
    const merged = { ...yearly, ...schedule, rules: { ...yearly.rules, ...rules } };
    const condition = { versions: null, isNew: false };
    this.ask({ name: "put-schedule", args: { schedule: merged, condition } });
  }

  /** The time goes on, and the thread does what is due. */
  pass(ms: number): void {
    this.steady += ms;
    this.work();
  }

  work(): void {
    this.store.checkClock();
    let rounds = 0;
    while (this.store.doChores() && this.store.trouble === null) {
      if (++rounds > 1000) throw new Error(`It comes to no end: ${this.store.trouble}`);
    }
  }

  get schedule(): Schedule {
    return this.ask({ name: "find-schedule", args: { name: "yearly" } });
  }

  get jobs(): readonly Job[] {
    return this.ask<JobPage>({ name: "list", args: { listing: { limit: 1000 } } }).jobs;
  }

  /** What each job was made for, in ms since the start; oldest first. */
  get madeFor(): number[] {
    return this.jobs.map((job) => (job.scheduledFor ?? 0) - start).reverse();
  }
}

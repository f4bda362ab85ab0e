import type { RunListener } from "../tasks/context.ts";
import type { RunLog } from "../tasks/run-log.ts";
import type { Task } from "../tasks/task.ts";
import { logFieldsOf } from "./log-fields.ts";
import type { HttpContext, Services } from "./services.ts";

/** What a live run logs: its last lines go to the server's log when it has ended. */
export class LiveLog {
  readonly listener: RunListener;
  #last: RunLog | undefined;

  constructor() {
    this.listener = {
      onLog: (log) => {
        this.#last = log;
      },
    };
  }

  write(ctx: HttpContext, { log }: Pick<Services, "log">, task: Task): void {
    if (!this.#last) return;
    const { lines, dropped } = this.#last;
    const fields = { ...logFieldsOf(ctx), task: task.name };
    if (dropped > 0) log.info({ ...fields, dropped }, "earlier lines of this run were dropped");
    for (const { at, text } of lines) log.info({ ...fields, at }, text);
  }
}

/** What a worker counts: runs, requests, connections, attempts, threads, and the time that it used. */
import { performance } from "node:perf_hooks";
import type { RunEnded, RunRefused, Telemetry } from "../events.ts";
import { allOf, type Counting } from "./counting.ts";
import type { CountedMetric } from "./figures.ts";
import { increment, observe, SeriesTable } from "./series-table.ts";

/**
 * Counts the events of a worker. Every run and every request comes here, so the listeners only look up
 * numbers and add to them.
 *
 * @param worker its place
 */
export function countWorkerEvents(telemetry: Telemetry, worker: number): Counting {
  const place = String(worker);
  return allOf([
    new Runs(telemetry),
    new RunsHandedOver(telemetry, place),
    new Requests(telemetry, place),
    new Connections(telemetry, place),
    new Others(telemetry),
    new UsedTime(place),
  ]);
}

class Runs implements Counting {
  changes = 0;
  readonly #ends = new SeriesTable("manycore_runs_total");
  readonly #waits = new SeriesTable("manycore_run_queue_duration_seconds");
  readonly #holds = new SeriesTable("manycore_run_duration_seconds");

  constructor(telemetry: Telemetry) {
    telemetry.on("run.refused", (run) => this.#end(run));
    telemetry.on("run.ended-elsewhere", (run) => this.#end(run));
    telemetry.on("run.ended", (run) => {
      const { task, executor, lane, queuedMs, heldMs, isBorrowed } = run;
      if (!isBorrowed) this.#end(run);
      observe(this.#waits.of(task, executor, lane), queuedMs / 1000);
      observe(this.#holds.of(task, executor, lane), heldMs / 1000);
    });
  }

  #end({ task, executor, lane, outcome }: RunEnded | RunRefused): void {
    this.changes++;
    increment(this.#ends.of(task, executor, lane, outcome));
  }

  counted(): CountedMetric[] {
    return [this.#ends.read(), this.#waits.read(), this.#holds.read()];
  }
}

/** Each of these runs is counted as a run by the worker that has its client. */
class RunsHandedOver implements Counting {
  changes = 0;
  readonly #lent = new SeriesTable("manycore_runs_lent_total");
  readonly #borrowed = new SeriesTable("manycore_runs_borrowed_total");

  constructor(telemetry: Telemetry, worker: string) {
    telemetry.on("run.lent", ({ task, ending }) => {
      this.changes++;
      increment(this.#lent.of(worker, task, ending));
    });
    telemetry.on("run.ended", ({ task, outcome, isBorrowed }) => {
      if (!isBorrowed) return;
      this.changes++;
      increment(this.#borrowed.of(worker, task, outcome));
    });
  }

  counted(): CountedMetric[] {
    return [this.#lent.read(), this.#borrowed.read()];
  }
}

/** Any other method counts as `_OTHER`, as OpenTelemetry has it. */
const methods = new Set("CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE".split(" "));

/** As text, so that it is not made for each request. */
const statuses = Array.from({ length: 600 }, (_, status) => String(status));

class Requests implements Counting {
  changes = 0;
  readonly #durations = new SeriesTable("http_server_request_duration_seconds");
  readonly #byWorker = new SeriesTable("manycore_worker_requests_total");

  constructor(telemetry: Telemetry, worker: string) {
    const ofWorker = this.#byWorker.of(worker);
    telemetry.on("request.ended", ({ method, route = "", status, durationMs }) => {
      this.changes++;
      const known = methods.has(method) ? method : "_OTHER";
      const code = status === null ? "" : (statuses[status] ?? "");
      observe(this.#durations.of(known, route, code), durationMs / 1000);
      increment(ofWorker);
    });
  }

  counted(): CountedMetric[] {
    return [this.#durations.read(), this.#byWorker.read()];
  }
}

class Connections implements Counting {
  changes = 0;
  readonly #accepted = new SeriesTable("manycore_worker_connections_total");
  readonly #refused = new SeriesTable("manycore_connections_refused_total");

  constructor(telemetry: Telemetry, worker: string) {
    const ofWorker = this.#accepted.of(worker);
    telemetry.on("connection.opened", () => {
      this.changes++;
      increment(ofWorker);
    });
    telemetry.on("connection.refused", () => {
      this.changes++;
      increment(this.#refused.of("limit"));
    });
  }

  counted(): CountedMetric[] {
    return [this.#accepted.read(), this.#refused.read()];
  }
}

class Others implements Counting {
  changes = 0;
  readonly #attempts = new SeriesTable("manycore_job_attempts_total");
  readonly #threads = new SeriesTable("manycore_thread_restarts_total");

  constructor(telemetry: Telemetry) {
    telemetry.on("job.attempt-ended", ({ task, ending }) => {
      this.changes++;
      increment(this.#attempts.of(task, ending));
    });
    telemetry.on("thread.ended", ({ reason }) => {
      this.changes++;
      increment(this.#threads.of(reason));
    });
  }

  counted(): CountedMetric[] {
    return [this.#attempts.read(), this.#threads.read()];
  }
}

/** What the process has used since its start. As counters, so that the lives of one place add up. */
class UsedTime implements Counting {
  readonly changes = 0;
  readonly #cpu = new SeriesTable("manycore_worker_cpu_seconds_total");
  readonly #active = new SeriesTable("manycore_worker_event_loop_active_seconds_total");
  readonly #worker: string;

  constructor(worker: string) {
    this.#worker = worker;
  }

  counted(): CountedMetric[] {
    const { user, system } = process.cpuUsage();
    this.#cpu.of(this.#worker)[0] = (user + system) / 1e6;
    this.#active.of(this.#worker)[0] = performance.eventLoopUtilization().active / 1000;
    return [this.#cpu.read(), this.#active.read()];
  }
}

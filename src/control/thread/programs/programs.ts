import type { Readable } from "node:stream";
import type { Clock } from "../../../clock.ts";
import { AppError } from "../../../errors.ts";
import type { ProgramOptions } from "./bench-program.ts";
import { ProgramRun } from "./program-run.ts";

type Name = ProgramOptions["name"];

/** The programs of the bench that the page starts: one at a time, or they would measure each other. */
export class Programs {
  readonly #clock: Clock;
  readonly #latest = new Map<Name, ProgramRun>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws AppError `program-running` while another one runs */
  start(name: Name, args: readonly string[]): void {
    const running = [...this.#latest].find(([, run]) => !run.isOver);
    if (running) throw runningError(running[0]);
    this.#latest.set(name, new ProgramRun({ name, args }, this.#clock));
  }

  /** Of the latest run of it. */
  stateOf(name: Name): "none" | "running" | "ended" {
    const run = this.#latest.get(name);
    if (!run) return "none";
    return run.isOver ? "ended" : "running";
  }

  /** @throws AppError `not-found` where there has been none */
  watch(name: Name): Readable {
    return this.#of(name).watch();
  }

  /** @throws AppError `not-found` where there has been none */
  stop(name: Name): void {
    this.#of(name).stop();
  }

  #of(name: Name): ProgramRun {
    const run = this.#latest.get(name);
    if (run) return run;
    const detail = `There has been no ${nouns[name]} yet. POST ${paths[name]} starts one.`;
    throw new AppError("not-found", detail);
  }
}

const nouns: Readonly<Record<Name, string>> = { contrast: "contrast", "load-server": "load" };
const paths: Readonly<Record<Name, string>> = { contrast: "/contrast", "load-server": "/load" };

function runningError(name: Name): AppError {
  const detail = `A ${nouns[name]} runs, and a second one beside it would spoil both. Wait for its end, or end it with DELETE ${paths[name]}.`;
  return new AppError("program-running", detail);
}

/** The setups of the tasks, in this worker: what is set up at its start, and where. */
import type { Logger } from "pino";
import { Setups, type ThreadSetups } from "../compute/setups.ts";
import { type Config, hasExecutor, usesThreadPool } from "../config/config.ts";
import { preferredExecutor } from "../tasks/preferred-executor.ts";
import type { TaskFile } from "../tasks/registry.ts";
import type { Task } from "../tasks/task.ts";
import type { Supervision } from "./primary-link.ts";

/** What the primary hears of the setups. */
type Told = Pick<Supervision, "bootStep" | "bootFailed">;

/**
 * A task is set up at the start where its runs go if no client asks for another executor: in each
 * thread, or on the event loop. Elsewhere it is set up with the first run that comes there.
 */
export class TaskSetups {
  /** On the event loop. */
  readonly loop: Setups;
  readonly threads: ThreadSetups;
  /** The file of a task. */
  readonly fileOf: (task: string) => string | undefined;
  readonly #supervision: Told;
  readonly #onLoop: readonly Task[];
  /** What is being set up now, on the loop and in the threads. */
  readonly #steps: string[] = [];

  constructor(config: Config, own: readonly TaskFile[], supervision: Told, log: Logger) {
    this.#supervision = supervision;
    const tasks = own.flatMap((file) => file.tasks).filter(({ setup }) => setup);
    const has = (name: Config["executor"]) => hasExecutor(config, name);
    this.#onLoop = tasks.filter(
      (task) => !usesThreadPool(preferredExecutor(task, config.executor, has)),
    );
    this.fileOf = (name) => own.find((file) => file.tasks.some((task) => task.name === name))?.file;
    this.loop = new Setups({ fileOf: this.fileOf, onStep: this.#tellStep });
    this.threads = {
      lazily: this.#onLoop.map(({ name }) => name),
      hasTeardown: tasks.some(({ teardown }) => teardown),
      onStep: this.#tellStep,
      onFault: (fault) => log.error(fault),
    };
  }

  /** @throws SetupFailed */
  async setUpLoop(): Promise<void> {
    const onExit = (code: number) => {
      const message = `The ${this.#steps[0]} ended the worker (exit code ${code})`;
      this.#supervision.bootFailed(`${message}: it called process.exit, or threw the error above.`);
    };
    process.once("exit", onExit);
    try {
      for (const task of this.#onLoop) await this.loop.setUp(task);
    } finally {
      process.off("exit", onExit);
    }
  }

  /** For the case that one never ends: the primary then says which. */
  readonly #tellStep = (step: string, isOver: boolean): void => {
    if (isOver) this.#steps.splice(this.#steps.indexOf(step), 1);
    else this.#steps.push(step);
    this.#supervision.bootStep(this.#steps[0] ?? "");
  };
}

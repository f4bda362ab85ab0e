import cluster, { type Worker } from "node:cluster";
import type { Life } from "../../channel/life.ts";
import {
  isWorkerMessage,
  type PrimaryMessage,
  type WorkerMessage,
} from "../../channel/messages.ts";
import { type Config, encodeWorkerConfig, executors } from "../../config/config.ts";
import { messageOf } from "../../errors.ts";
import { descriptorLimit } from "../../telemetry/descriptors.ts";
import type { Service } from "../service.ts";
import type { SupervisorEvent } from "../supervisor/supervision.ts";
import { followHandingOver } from "./handed-over.ts";
import { listenToLifeline } from "./lifeline.ts";
import { Listening } from "./listening.ts";

/** Of file descriptors, processes or memory: what passes by itself. */
const shortages = new Set<string | undefined>(["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"]);

/**
 * The worker processes: starts them through node:cluster, hears of them, ends them. A worker ends by
 * itself when its channel to the primary closes, which it does however the primary ends: Node exits
 * a cluster worker on `disconnect` (lib/internal/cluster/child.js).
 */
export class Forks {
  readonly #config: Config;
  readonly #hear: (event: SupervisorEvent) => void;
  readonly #services: readonly Service[];
  readonly #onShort: (who: string) => void;
  /** Where a connection has this one there is none left, and the next ones are closed. */
  readonly #lastDescriptor = (descriptorLimit() ?? Number.POSITIVE_INFINITY) - 1;
  readonly #workers = new Map<Life, Worker>();
  readonly #listening = new Listening();

  /**
   * @param entry the path of the script that a worker runs
   * @param hear is told of forked, ready, boot-failed and exited
   * @param services are told of every worker that comes and goes
   * @param onShort hears who has no file descriptor left for a connection, again and again
   */
  constructor(
    config: Config,
    entry: string,
    hear: (event: SupervisorEvent) => void,
    services: readonly Service[],
    onShort: (who: string) => void,
  ) {
    this.#config = config;
    this.#services = services;
    this.#hear = hear;
    this.#onShort = onShort;
    // Read when the first worker is forked. For reuse-port no worker asks the primary for a socket.
    cluster.schedulingPolicy = config.balance === "os" ? cluster.SCHED_NONE : cluster.SCHED_RR;
    // Node's own flags (execArgv) are passed on, with an inspector port for each worker.
    // The last of `stdio` is the lifeline.
    const stdio = ["inherit", "inherit", "inherit", "ipc", "pipe"] as const;
    cluster.setupPrimary({ exec: entry, args: [], stdio: [...stdio] });
  }

  fork(life: Life, number: number): void {
    try {
      const worker = cluster.fork(this.#environment(number));
      this.#workers.set(life, worker);
      followHandingOver(worker.process, {
        passOn: (connection) => this.#listening.passOn(connection),
        onRefused: () => this.#onShort(`worker ${number}`),
        onSent: (descriptor) => {
          if (descriptor >= this.#lastDescriptor) this.#onShort("the primary");
        },
      });
      this.#watch(life, number, worker);
    } catch (error) {
      this.#notStarted(life, number, error);
    }
  }

  /** Takes no new connections where it is the primary that takes them. */
  stopAccepting(): void {
    void this.#listening.stop();
  }

  drain(life: Life): void {
    const message: PrimaryMessage = { type: "drain" };
    // It fails where the worker is ending already: its exit says that better.
    this.#workers.get(life)?.send(message, () => {});
  }

  kill(life: Life): void {
    this.#workers.get(life)?.process.kill("SIGKILL");
  }

  #environment(number: number): Record<string, string> {
    const settings = this.#services.map((each) => [each.name, each.settingsForWorker()] as const);
    const env = encodeWorkerConfig(this.#config, number, Object.fromEntries(settings));
    if (!executors[this.#config.executor].usesLibuvPool) return env;
    // libuv reads it once, before its first use, hence from outside of the process.
    return { ...env, UV_THREADPOOL_SIZE: String(this.#config.threads) };
  }

  /** Tells every worker how many of them are ready. */
  tellReady(ready: number): void {
    const message: PrimaryMessage = { type: "workers", ready, total: this.#config.workers };
    for (const worker of this.#workers.values()) worker.send(message, () => {});
  }

  #take(life: Life, message: WorkerMessage): void {
    if (message.type === "hung") {
      for (const service of this.#services) service.hung(life, message.runs);
    }
    this.#hear({ ...message, life });
  }

  #watch(life: Life, number: number, worker: Worker): void {
    const { pid } = worker.process;
    worker.on("error", (error) => {
      if (pid === undefined) this.#notStarted(life, number, error);
    });
    worker.on("message", (message: unknown) => {
      if (isWorkerMessage(message)) this.#take(life, message);
      else this.#passOn(life, message);
    });
    listenToLifeline(worker.process, {
      onMessage: (message) => this.#take(life, message),
      onClose: () => {
        if (!worker.isDead()) this.#hear({ type: "unwatched", life });
      },
    });
    // Its last messages have been read by now: libuv sees to signals, SIGCHLD among them, last.
    worker.on("exit", (code, signal) => {
      const hadJob = this.#forget(life);
      this.#hear({ type: "exited", life, code, signal, hadJob });
    });
    // A message to a worker that is ending fails, and its exit says that better.
    const send = (message: object) => void worker.send(message, () => {});
    for (const service of this.#services) service.attach(life, number, send);
    if (pid !== undefined) this.#hear({ type: "forked", life, pid });
  }

  /** @returns whether it ran a job at its end */
  #forget(life: Life): boolean {
    this.#workers.delete(life);
    return this.#services.filter((service) => service.detach(life)).length > 0;
  }

  #passOn(life: Life, message: unknown): void {
    if (typeof message !== "object" || message === null) return;
    const { type } = message as { readonly type?: unknown };
    const service = this.#services.find(({ name }) => name === type);
    if (service) service.take(life, message);
    else passOnDependencies(message);
  }

  #notStarted(life: Life, number: number, error: unknown): void {
    this.#forget(life);
    const message = `Worker ${number} could not be started: ${messageOf(error)}`;
    const ended = { type: "exited", life, code: null, signal: null, hadJob: false } as const;
    if (shortages.has((error as NodeJS.ErrnoException).code)) {
      this.#hear({ ...ended, shortage: message });
      return;
    }
    this.#hear({ type: "boot-failed", life, message });
    this.#hear(ended);
  }
}

/** Under `node --watch` a worker tells what it has loaded; only the primary's parent can watch it. */
function passOnDependencies(message: object): void {
  if ("watch:import" in message || "watch:require" in message) process.send?.(message);
}

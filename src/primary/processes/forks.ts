import cluster, { type Worker } from "node:cluster";
import { Channel } from "../../channel/channel.ts";
import type { NoteArgs, NoteName } from "../../channel/contract.ts";
import type { SendEnvelope } from "../../channel/envelope.ts";
import type { Life } from "../../channel/life.ts";
import { supervisedSide, supervisorSide } from "../../channel/supervision.ts";
import { fromWire, toWire } from "../../channel/wire.ts";
import type { Config } from "../../config/config.ts";
import { messageOf } from "../../errors.ts";
import { descriptorLimit } from "../../telemetry/descriptors.ts";
import type { Service } from "../service.ts";
import type { SupervisorEvent } from "../supervisor/supervision.ts";
import { followHandingOver } from "./handed-over.ts";
import { listenToLifeline } from "./lifeline.ts";
import { Listening } from "./listening.ts";
import { passOnDependencies } from "./pass-on-dependencies.ts";
import { Passing } from "./passing.ts";
import { environmentOf, setUpCluster } from "./starting.ts";

/** A worker's process, and the primary's end of what the two say of its life. */
interface Fork {
  readonly worker: Worker;
  readonly channel: Channel<typeof supervisorSide, typeof supervisedSide>;
}

/** The system is short of file descriptors, processes or memory. That passes by itself. */
const shortages = new Set<string | undefined>(["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"]);

/**
 * The worker processes: starts them through node:cluster, hears from them, ends them. However the
 * primary ends, its channel to a worker closes, and then Node exits the worker (`disconnect` in
 * lib/internal/cluster/child.js).
 */
export class Forks {
  /** Of the lives that are forked from now on. */
  config: Config;
  /** The names of the tasks that a worker has loaded last; empty before the first has. */
  tasks: readonly string[] = [];
  readonly #hear: (event: SupervisorEvent) => void;
  readonly #services: readonly Service[];
  readonly #onShort: (who: string) => void;
  readonly #onReads: (path: string, version: string) => void;
  /** A connection with this descriptor got the last one. The next connections are closed. */
  readonly #lastDescriptor = (descriptorLimit() ?? Number.POSITIVE_INFINITY) - 1;
  readonly #forks = new Map<Life, Fork>();
  #controlUrl: string | undefined;
  readonly #listening: Listening;
  readonly #passing: Passing;

  /**
   * @param entry the script that a worker runs: a path or a file URL
   * @param hear takes what happens to workers
   * @param services are told of every worker that comes and goes
   * @param onShort hears who has no file descriptor left for a connection; once per connection
   * @param onReads hears of each module that a worker is about to read, with `--watch`
   */
  constructor(
    config: Config,
    entry: string | URL,
    hear: (event: SupervisorEvent) => void,
    services: readonly Service[],
    onShort: (who: string) => void,
    onReads: (path: string, version: string) => void = () => {},
  ) {
    this.config = config;
    this.#listening = new Listening(config.port);
    this.#passing = new Passing(this.#listening);
    this.#services = services;
    this.#hear = hear;
    this.#onShort = onShort;
    this.#onReads = onReads;
    setUpCluster(config, entry);
  }

  fork(life: Life, number: number): void {
    try {
      const worker = cluster.fork(environmentOf(life, number, this.config, this.#services));
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

  /** With round-robin the primary takes the connections. It takes no more. */
  stopAccepting(): void {
    void this.#listening.stop();
  }

  /** @param goesOn whether other workers take its connections */
  drain(life: Life, goesOn: boolean): void {
    this.#passing.leave(life);
    this.#forks.get(life)?.channel.note("drain", { goesOn });
  }

  kill(life: Life): void {
    this.#forks.get(life)?.worker.process.kill("SIGKILL");
  }

  /** Tells every worker. */
  tell<Name extends NoteName<typeof supervisedSide>>(
    name: Name,
    args: NoteArgs<typeof supervisedSide, Name>,
  ): void {
    for (const { channel } of this.#forks.values()) channel.note(name, args);
  }

  /** Tells every worker where control is, and later ones too. */
  tellControl(url: string): void {
    this.#controlUrl = url;
    this.tell("control", { url });
  }

  #openChannel(life: Life, worker: Worker, send: SendEnvelope): Fork["channel"] {
    return new Channel({
      service: "supervision",
      mine: supervisorSide,
      theirs: supervisedSide,
      send,
      calls: {},
      notes: {
        ready: () => {
          this.#passing.join(life, worker);
          if (this.#controlUrl) this.tellControl(this.#controlUrl);
          this.#hear({ type: "ready", life });
        },
        tasks: ({ names }) => {
          this.tasks = names;
        },
        "boot-step": ({ step }) => this.#hear({ type: "boot-step", life, step }),
        reads: ({ path, version }) => this.#onReads(path, version),
        "boot-failed": ({ message }) => this.#hear({ type: "boot-failed", life, message }),
        worn: ({ reason }) => this.#hear({ type: "worn", life, reason }),
        hung: ({ message, runs }) => {
          for (const service of this.#services) service.hung(life, runs);
          this.#hear({ type: "hung", life, message });
        },
      },
    });
  }

  #watch(life: Life, number: number, worker: Worker): void {
    const { pid } = worker.process;
    // Sending fails when the worker is ending. Its exit is reported anyway.
    const send: SendEnvelope = (envelope, onSent) =>
      void worker.send(toWire(envelope), () => onSent?.());
    const channel = this.#openChannel(life, worker, send);
    this.#forks.set(life, { worker, channel });
    worker.on("error", (error) => {
      if (pid === undefined) this.#notStarted(life, number, error);
    });
    worker.on("message", (message: unknown, handle: unknown) => {
      const envelope = fromWire(message);
      if (handle) this.#passing.passOn(handle);
      else if (!envelope) passOnDependencies(message);
      else if (envelope.service === "supervision") channel.take(envelope);
      else this.#services.find(({ name }) => name === envelope.service)?.take(life, envelope);
    });
    listenToLifeline(worker.process, {
      take: (envelope) => channel.take(envelope),
      onClose: () => {
        if (!worker.isDead()) this.#hear({ type: "unwatched", life });
      },
    });
    // Its last messages have been read by now: libuv handles SIGCHLD after all reads.
    worker.on("exit", (code, signal) => {
      const hadJob = this.#forget(life);
      this.#hear({ type: "exited", life, code, signal, hadJob });
    });
    for (const service of this.#services) service.attach(life, number, send, pid ?? null);
    if (pid !== undefined) this.#hear({ type: "forked", life, pid });
  }

  /** @returns whether it ran a job at its end */
  #forget(life: Life): boolean {
    this.#passing.leave(life);
    this.#forks.delete(life);
    return this.#services.filter((service) => service.detach(life)).length > 0;
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

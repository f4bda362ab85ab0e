/** The worker's end of the IPC channel to its primary. */
import { Channel } from "../channel/channel.ts";
import type { Envelope, ServiceName } from "../channel/envelope.ts";
import {
  type HungRun,
  supervisedSide,
  supervisorSide,
  type WearReason,
} from "../channel/supervision.ts";
import { fromWire, serviceOf, toWire } from "../channel/wire.ts";
import type { Services } from "../http/services.ts";

/** @param onSent is called when the envelope has left the process */
export function sendToPrimary(envelope: Envelope, onSent = () => {}): void {
  process.send?.(toWire(envelope), onSent); // It fails if the primary is gone. Then this process ends.
}

/** Calls `take` with every envelope from the primary to this service. */
export function onEnvelope(service: ServiceName, take: (envelope: Envelope) => void): void {
  process.on("message", (message) => {
    const envelope = serviceOf(message) === service ? fromWire(message) : undefined;
    if (envelope) take(envelope);
  });
}

/** What the worker and the primary tell each other of the worker's boot and end. */
export class Supervision {
  /** How many workers are ready, as the primary said last. */
  readonly workers: Services["workers"];
  /** Where control listens, once the primary has said so. */
  controlUrl: string | undefined;
  /** Called when the number of workers that the server wants is another one. */
  onTotal = (_total: number) => {};
  /** Called when the primary wants the worker to leave. */
  onDrain = (_goesOn: boolean) => {};
  /** Called with the level from which on the primary wants this worker to log. */
  onLogLevel = (_level: string) => {};
  readonly #channel: Channel<typeof supervisedSide, typeof supervisorSide>;

  /** @param total the number of workers that the server wants */
  constructor(total: number) {
    const workers = { ready: 0, total };
    this.workers = workers;
    this.#channel = new Channel({
      service: "supervision",
      mine: supervisedSide,
      theirs: supervisorSide,
      send: sendToPrimary,
      calls: {},
      notes: {
        drain: ({ goesOn }) => this.onDrain(goesOn),
        workers: (told) => {
          const isOther = told.total !== workers.total;
          Object.assign(workers, told);
          if (isOther) this.onTotal(told.total);
        },
        control: ({ url }) => {
          this.controlUrl = url;
        },
        "log-level": ({ level }) => this.onLogLevel(level),
      },
    });
    onEnvelope("supervision", (envelope) => this.#channel.take(envelope));
  }

  ready(): void {
    this.#channel.note("ready", {});
    this.#channel.flush();
  }

  tasks(names: readonly string[]): void {
    this.#channel.note("tasks", { names });
  }

  bootStep(step: string): void {
    this.#channel.note("boot-step", { step });
    this.#channel.flush();
  }

  /** @param onSent is called when the message has left the process */
  bootFailed(message: string, onSent?: () => void): void {
    this.#channel.note("boot-failed", { message });
    this.#channel.flush(onSent);
  }

  reads(path: string, version: string): void {
    this.#channel.note("reads", { path, version });
    this.#channel.flush(); // At once: the module may never let this process go on.
  }

  worn(reason: WearReason): void {
    this.#channel.note("worn", { reason });
    this.#channel.flush();
  }

  hung(message: string, run: HungRun): void {
    this.#channel.note("hung", { message, runs: [run] });
    this.#channel.flush();
  }
}

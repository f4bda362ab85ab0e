import { Channel } from "../../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../../channel/envelope.ts";
import { exchangeSide, tradingSide } from "../../channel/hand-over.ts";
import type { Life } from "../../channel/life.ts";
import type { Clock } from "../../clock.ts";
import type { Service } from "../service.ts";
import { Exchange } from "./exchange.ts";
import type { MemberEnd } from "./members.ts";

type WorkerChannel = Channel<typeof exchangeSide, typeof tradingSide>;

/** Lets workers hand waiting live runs over to each other (`--hand-over`). */
export class HandOverService implements Service {
  readonly name = "hand-over";
  readonly #exchange: Exchange;
  readonly #channels = new Map<Life, WorkerChannel>();

  constructor(clock: Clock) {
    this.#exchange = new Exchange(clock);
  }

  /** That there is this service is all that a worker needs to know. */
  settingsForWorker(): object {
    return {};
  }

  attach(life: Life, worker: number, send: SendEnvelope): void {
    const exchange = this.#exchange;
    const channel: WorkerChannel = new Channel({
      service: this.name,
      mine: exchangeSide,
      theirs: tradingSide,
      send,
      inPieces: true, // An output may be large.
      calls: {
        lend: ({ number, run }) => exchange.lend(life, number, run),
        leave: async () => {
          await exchange.leave(life);
          return null;
        },
      },
      notes: {
        join: ({ slots }) => exchange.join(life, worker, slots, endOf(channel)),
        stand: ({ room, waits }) => exchange.stand(life, room, waits),
        started: ({ number }) => exchange.started(life, number),
        unwanted: ({ number }) => exchange.unwanted(life, number),
      },
    });
    this.#channels.set(life, channel);
  }

  take(life: Life, envelope: Envelope): void {
    this.#channels.get(life)?.take(envelope);
  }

  hung(): void {}

  detach(life: Life): boolean {
    this.#channels.get(life)?.close(new Error("The worker has ended"));
    this.#channels.delete(life);
    this.#exchange.remove(life);
    return false; // It ran no job.
  }

  async close(): Promise<void> {
    this.#exchange.close();
  }
}

function endOf(channel: WorkerChannel): MemberEnd {
  return {
    borrow: (number, run) => channel.call("borrow", { number, run }),
    stop: (number) => channel.note("stop", { number }),
    ask: (wanted) => channel.note("ask", { wanted }),
    letLend: (runs) => channel.note("may-lend", { runs }),
  };
}

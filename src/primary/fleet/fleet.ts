import { Channel } from "../../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../../channel/envelope.ts";
import type { Life } from "../../channel/life.ts";
import type { Clock } from "../../clock.ts";
import { fleetSide, memberSide } from "../../telemetry/figures/contract.ts";
import type {
  CountedMetric,
  ServerFigures,
  WorkerFigures,
  WorkerState,
} from "../../telemetry/figures/figures.ts";
import { runsOf } from "../../telemetry/figures/life-runs.ts";
import { sumCounted } from "../../telemetry/figures/sums.ts";
import type { Service } from "../service.ts";

/** A life as the supervisor knows it. */
interface KnownLife extends Pick<WorkerFigures, "life" | "stage"> {
  readonly number: number;
  readonly pid: number | undefined;
  /** On the clock. */
  readonly forkedAt: number;
}

export interface FleetOptions {
  readonly clock: Clock;
  /** The server itself, at this moment. */
  readonly server: () => ServerFigures["server"];
  /** Every life that has a process. */
  readonly lives: () => readonly KnownLife[];
  /** What the primary itself has counted. */
  readonly ownCounted: () => readonly CountedMetric[];
}

/** What a life of a worker has said last. */
interface Member {
  readonly channel: Channel<typeof fleetSide, typeof memberSide>;
  state: WorkerState | null;
  /** When the state came, on the clock. */
  stateAt: number;
  counted: readonly CountedMetric[];
}

/**
 * The figures of all workers. Each pushes them, so that they are here while a run holds its event loop.
 * The fleet keeps the latest of every life, and the sums of those that are gone: what is counted never
 * shrinks. A worker that is killed takes with it what it has counted since its last push (250 ms).
 */
export class Fleet implements Service {
  readonly name = "fleet";
  readonly #options: FleetOptions;
  readonly #members = new Map<Life, Member>();
  #gone: readonly CountedMetric[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** All that is known at this moment. */
  figures(): ServerFigures {
    const { server, lives, ownCounted } = this.#options;
    const present = [...this.#members.values()].map(({ counted }) => counted);
    return {
      server: server(),
      workers: lives().map((life) => this.#figuresOf(life)),
      counted: sumCounted([this.#gone, ...present, ownCounted()]),
    };
  }

  settingsForWorker(): null {
    return null;
  }

  attach(life: Life, _number: number, send: SendEnvelope): void {
    const channel = new Channel({
      ...({ service: "fleet", mine: fleetSide, theirs: memberSide, send } as const),
      calls: { figures: () => this.figures() },
      notes: {
        snapshot: ({ state, counted }) => {
          member.state = state;
          member.stateAt = this.#options.clock.now();
          member.counted = counted;
        },
      },
    });
    const member: Member = { channel, state: null, stateAt: 0, counted: [] };
    this.#members.set(life, member);
  }

  take(life: Life, envelope: Envelope): void {
    this.#members.get(life)?.channel.take(envelope);
  }

  hung(): void {}

  detach(life: Life): false {
    const member = this.#members.get(life);
    if (!member) return false;
    this.#members.delete(life);
    member.channel.close(new Error("The worker has ended"));
    this.#gone = sumCounted([this.#gone, member.counted]);
    return false;
  }

  async close(): Promise<void> {}

  #figuresOf({ life, number, pid, stage, forkedAt }: KnownLife): WorkerFigures {
    const now = this.#options.clock.now();
    const { state = null, stateAt = 0, counted = [] } = this.#members.get(life) ?? {};
    return {
      ...{ worker: number, life, pid: pid ?? null, stage },
      uptimeMs: now - forkedAt,
      snapshotAgeMs: state && now - stateAt,
      state,
      runs: runsOf(counted),
    };
  }
}

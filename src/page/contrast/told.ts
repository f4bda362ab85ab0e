import type {
  ContrastEnd,
  ContrastEvent,
  ContrastLoad,
  ContrastPlan,
  ContrastServer,
  ContrastStep,
} from "../../telemetry/watch/contrast.ts";
import { SideStream } from "./side-stream.ts";

/** One mode of a contrast. */
export interface Side {
  readonly mode: string;
  readonly stream: SideStream;
  server: ContrastServer | null;
  /** Runs a second in each of its turns. */
  readonly turns: number[];
  /** In the order of time. A turn has about five a second. */
  readonly loads: ContrastLoad[];
  /** Of `GET /`, in all of its turns. */
  longestLightMs: number | null;
}

/** What a contrast has told so far. */
export class Told {
  plan: ContrastPlan | null = null;
  step: ContrastStep | null = null;
  end: ContrastEnd | null = null;
  failure: string | null = null;
  sides: readonly Side[] = [];

  take(told: ContrastEvent): void {
    switch (told.event) {
      case "plan":
        this.#begin(told.data);
        break;
      case "step":
        this.step = told.data;
        break;
      case "server": {
        const side = this.#sideOf(told.data.mode);
        if (side) side.server = told.data;
        side?.stream.start(told.data, this.plan?.startedAt ?? 0);
        break;
      }
      case "seen":
        this.#sideOf(told.data.mode)?.stream.tell(told.data.item);
        break;
      case "load":
        this.#load(told.data);
        break;
      case "turn":
        this.#sideOf(told.data.mode)?.turns.push(told.data.runsPerSecond);
        break;
      case "end":
        this.end = told.data;
        this.#stop();
        break;
      case "failed":
        this.failure = told.data.message;
        this.#stop();
    }
  }

  get isOver(): boolean {
    return this.end !== null || this.failure !== null;
  }

  #begin(plan: ContrastPlan): void {
    Object.assign(this, { plan, step: null, end: null, failure: null });
    this.sides = plan.modes.map((mode) => ({
      ...{ mode, stream: new SideStream(), server: null },
      ...{ turns: [], loads: [], longestLightMs: null },
    }));
  }

  #load(load: ContrastLoad): void {
    const side = this.#sideOf(load.mode);
    if (!side) return;
    side.loads.push(load);
    if (load.lightMs !== null)
      side.longestLightMs = Math.max(side.longestLightMs ?? 0, load.lightMs);
  }

  #stop(): void {
    this.step = null;
    for (const { stream } of this.sides) stream.end();
  }

  #sideOf(mode: string): Side | undefined {
    return this.sides.find((side) => side.mode === mode);
  }
}

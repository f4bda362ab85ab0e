import type {
  SeenFigures,
  SeenGroup,
  SeenMark,
  SeenRun,
  SeenRunsOf,
} from "../../../telemetry/watch/seen.ts";
import type { RunPiece, SeenLife } from "./piece.ts";
import { Track } from "./track.ts";

/** The longest time that the lanes show, and a little more. */
const keptMs = 65_000;

/** What happened, on the rows of a worker or on all of them. */
export interface Tick {
  readonly mark: SeenMark;
  /** Null for the whole server. */
  readonly life: SeenLife | null;
}

/** What can be drawn. */
export interface LanesPicture {
  /** By worker, then by the number of their life. */
  readonly tracks: readonly Track[];
  readonly ticks: readonly Tick[];
  /** The names of the tasks, in the order in which they were seen. */
  readonly tasks: readonly string[];
  /** Another one after each change. */
  readonly version: number;
}

/** What the lanes show: which run was in which slot, and when. It knows nothing of pixels. */
export class Lanes implements LanesPicture {
  tracks: readonly Track[] = [];
  ticks: readonly Tick[] = [];
  readonly tasks: string[] = [];
  version = 0;
  /** Of the present server. */
  #lives = new Map<number, SeenLife>();
  readonly #open = new Map<SeenLife, Map<number, RunPiece>>();

  /** Forgets all but the order of the tasks: the same server tells it all again. */
  clear(): void {
    this.tracks = [];
    this.ticks = [];
    this.#lives.clear();
    this.#open.clear();
    this.version++;
  }

  /** As they are now, for a page that stands still while more comes. */
  copy(): LanesPicture {
    const { ticks, version } = this;
    return {
      tracks: this.tracks.map((track) => track.copy()),
      ticks,
      tasks: [...this.tasks],
      version,
    };
  }

  /** Another server has taken the place. What was seen of the old one stays until it is too old. */
  endServer(at: number): void {
    for (const life of this.#lives.values()) this.#end(life, at);
    this.#lives = new Map();
  }

  takeRuns({ worker, life: number, pid, runs, groups }: SeenRunsOf): void {
    const life = this.#lifeOf(worker, number);
    life.pid = pid;
    for (const run of runs) this.#takeRun(life, run);
    for (const group of groups) this.#takeGroup(life, group);
    this.version++;
  }

  takeFigures({ at, workers }: SeenFigures): void {
    for (const { worker, life: number, pid, slots, stage } of workers) {
      const life = this.#lifeOf(worker, number);
      Object.assign(life, { pid: pid ?? life.pid, slots, isInFigures: true });
      if (stage !== "booting") this.#trackOf(life);
    }
    const alive = new Set(workers.map(({ life }) => life));
    for (const life of this.#lives.values()) {
      if (life.isInFigures && !alive.has(life.life)) this.#end(life, at);
    }
    this.#forget(at - keptMs);
    this.version++;
  }

  takeMark(mark: SeenMark): void {
    const { worker, life: number, kind, at } = mark;
    const life = worker === null || number === null ? null : this.#lifeOf(worker, number);
    if (life && kind === "ready") this.#trackOf(life);
    if (life && kind === "ended") this.#end(life, at);
    this.ticks = [...this.ticks, { mark, life }];
    this.version++;
  }

  #takeRun(life: SeenLife, run: SeenRun): void {
    const open = this.#open.get(life) ?? new Map<number, RunPiece>();
    this.#open.set(life, open);
    const known = open.get(run.run);
    if (known) {
      Object.assign(known, { run, to: run.endedAt, isLost: false });
    } else {
      const { startedAt: from, endedAt: to, row } = run;
      const piece: RunPiece = { kind: "run", life, row, run, from, to, isLost: false };
      this.#note(run.task);
      this.#trackOf(life).rowAt(row).add(piece);
      open.set(run.run, piece);
    }
    if (run.endedAt !== null) open.delete(run.run);
    // Its last words may come after its end.
    else if (life.endedAt !== null) this.#end(life, life.endedAt);
  }

  #takeGroup(life: SeenLife, group: SeenGroup): void {
    const { from, to, row, task } = group;
    this.#note(task);
    this.#trackOf(life).rowAt(row).add({ kind: "group", life, row, group, from, to });
  }

  #note(task: string): void {
    if (!this.tasks.includes(task)) this.tasks.push(task);
  }

  #lifeOf(worker: number, number: number): SeenLife {
    const known = this.#lives.get(number);
    if (known) return known;
    const life = { worker, life: number, pid: null, slots: 1, endedAt: null, isInFigures: false };
    this.#lives.set(number, life);
    return life;
  }

  /** Its track: one that an ended life of the same worker has left, or a new one. */
  #trackOf(life: SeenLife): Track {
    const own = this.tracks.find(({ lives }) => lives.includes(life));
    if (own) return own;
    const left = this.tracks.findLast(({ worker, isOver }) => worker === life.worker && isOver);
    if (left) {
      left.lives.push(life);
      return left;
    }
    const track = new Track(life);
    this.tracks = [...this.tracks, track].sort(
      (one, other) => one.worker - other.worker || one.life.life - other.life.life,
    );
    return track;
  }

  /** What it ran ends with it. */
  #end(life: SeenLife, at: number): void {
    life.endedAt ??= at;
    for (const piece of this.#open.get(life)?.values() ?? []) {
      if (piece.to === null) Object.assign(piece, { to: Math.max(at, piece.from), isLost: true });
    }
    this.#open.delete(life);
  }

  #forget(before: number): void {
    this.ticks = this.ticks.filter(({ mark }) => mark.at >= before);
    this.tracks = this.tracks.filter((track) => track.forget(before));
    for (const open of this.#open.values()) {
      // Those whose end the page has missed.
      for (const [run, { to }] of open) if (to !== null && to < before) open.delete(run);
    }
    for (const { life, endedAt } of this.#lives.values()) {
      if (endedAt !== null && endedAt < before) this.#lives.delete(life);
    }
  }
}

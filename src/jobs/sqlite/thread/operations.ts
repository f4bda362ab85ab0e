import type { DatabaseSync } from "node:sqlite";
import type { AnswerTo } from "../../../channel/contract.ts";
import type { Submitted } from "../../job.ts";
import type { ReadCommand, StoreSide, WriteCommand } from "../commands.ts";
import { Ids } from "./ids.ts";
import { countsOf, Reader } from "./reader.ts";
import { stateCodes } from "./rows.ts";
import { secretOf } from "./schema.ts";
import { Store } from "./store.ts";
import type { Written } from "./submit.ts";
import { Tally } from "./tally.ts";
import type { WallClock } from "./wall-clock.ts";

export interface OperationsOptions {
  readonly db: DatabaseSync;
  readonly clock: WallClock;
  readonly random: () => number;
}

/** What each command does to the file and reads from it, and which watched jobs that changed. */
export class Operations {
  readonly store: Store;
  readonly #ids: Ids;
  readonly #tally: Tally;
  readonly #reader: Reader;
  readonly #watched = new Map<number, number>();
  #changed: number[] = [];
  #committed: number[] = [];

  constructor({ db, clock, random }: OperationsOptions) {
    const ids = new Ids(secretOf(db));
    const tally = new Tally(countsOf(db));
    const onChange = (seq: number) => {
      if (this.#watched.has(seq)) this.#changed.push(seq);
    };
    this.#ids = ids;
    this.#tally = tally;
    this.store = new Store({ db, ids, tally, clock, random, onChange });
    this.#reader = new Reader(db, ids, tally, () => clock.now());
  }

  /** How many jobs could be claimed now. */
  get ready(): number {
    return this.#tally.count(stateCodes.ready);
  }

  /** How many jobs are held. */
  get held(): number {
    return this.#tally.count(stateCodes.held);
  }

  /** The transaction is on disk. */
  commit(): void {
    this.#tally.commit();
    this.#committed.push(...this.#changed);
    this.#changed = [];
  }

  rollBack(): void {
    this.#tally.rollBack();
    this.#changed = [];
  }

  /** The watched jobs that have changed since the last call. */
  news() {
    const seqs = new Set(this.#committed);
    this.#committed = [];
    return Array.from(seqs, (seq) => ({
      id: this.#ids.idOf(seq),
      found: this.#reader.findRow(seq),
    }));
  }

  /** Changes the file; returns what tells the answer once the transaction is on disk. */
  change({ name, args }: WriteCommand): () => AnswerTo<StoreSide, WriteCommand["name"]> {
    const { store } = this;
    switch (name) {
      case "submit": {
        const written = args.jobs.map((job) => store.submit(job));
        return () => written.map((each) => this.#submitted(each));
      }
      case "claim": {
        const claimed = store.waiting.claim(args.limit, args.heldTasks);
        return () => claimed;
      }
      case "claim-held": {
        const claimed = store.waiting.claimHeld();
        return () => claimed;
      }
      case "end":
        this.#onRow(args.id, (seq) => store.end(seq, args.token, args.ending));
        return () => null;
      case "lost":
        store.lost(
          args.attempts.map(({ id, token }) => ({ seq: this.#rowOf(id), token })),
          args.wasAlone,
        );
        return () => null;
      case "progress":
        this.#onRow(args.id, (seq) => store.progress(seq, args.token, args.progress));
        return () => null;
      case "cancel": {
        const token = this.#onRow(args.id, (seq) => store.cancel(seq)) ?? null;
        return () => ({ found: this.#reader.find(args.id, false), token });
      }
    }
  }

  read({ name, args }: ReadCommand): AnswerTo<StoreSide, ReadCommand["name"]> {
    switch (name) {
      case "hold":
        this.store.waiting.hold(args.heldTasks);
        return null;
      case "find":
        return this.#reader.find(args.id, args.withResult);
      case "list":
        return this.#reader.list(args.filter);
      case "stats":
        return this.#reader.stats();
      case "watch":
        this.#onRow(args.id, (seq) => this.#watch(seq, 1));
        return this.#reader.find(args.id, false);
      case "unwatch":
        this.#onRow(args.id, (seq) => this.#watch(seq, -1));
        return null;
    }
  }

  #submitted(written: Written): Submitted {
    if (written.kind === "key-conflict") return written;
    const { seq, replayed } = written;
    return { kind: "accepted", job: this.#reader.job(seq), replayed };
  }

  #watch(seq: number, change: 1 | -1): void {
    const count = (this.#watched.get(seq) ?? 0) + change;
    if (count > 0) this.#watched.set(seq, count);
    else this.#watched.delete(seq);
  }

  #rowOf(id: string): number {
    return this.#ids.seqOfId(id) ?? 0;
  }

  #onRow<Value>(id: string, change: (seq: number) => Value): Value | undefined {
    const seq = this.#ids.seqOfId(id);
    return seq === undefined ? undefined : change(seq);
  }
}

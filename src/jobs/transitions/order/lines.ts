/**
 * Whose turn it is: higher priority first, always. Of one priority, the groups that wait take turns.
 * The group with the fewest running jobs goes first, then the one that was served longest ago. A
 * group that begins to wait takes the last place. Jobs without a group are one group together.
 *
 * This holds numbers, and no jobs. They follow every change at once, within the transaction that is
 * open, because a claim has to see what it did itself; `rollBack` undoes them. A claim costs the
 * same with a thousand groups and with one, and so does the end of a job. A group or a task of which
 * nothing waits or runs is forgotten.
 */

import {
  compareLines,
  type Group,
  isFull,
  type Line,
  type Place,
  type Pool,
  type TaskLines,
} from "./line.ts";
import { LineRegister } from "./line-register.ts";
import type { TaskRules } from "./task-rules.ts";

export class Lines {
  readonly #rules: TaskRules;
  readonly #register: LineRegister;
  #turn = 0;
  #undo: (() => void)[] = [];

  /**
   * @param rules what holds for tasks at the moment
   * @param limitOf how many jobs of a group may run at once, as the queue's file has it
   */
  constructor(rules: TaskRules, limitOf: (group: string) => number | null) {
    this.#rules = rules;
    this.#register = new LineRegister(limitOf);
  }

  /** This many jobs of one place have begun to wait. */
  waits(place: Place, pool: Pool, jobs = 1): void {
    this.#wait(place, pool, jobs);
    this.#undo.push(() => this.#wait(place, pool, -jobs));
  }

  /** A job no longer waits: it was claimed, or has ended. */
  leaves(place: Place, pool: Pool): void {
    this.#wait(place, pool, -1);
    this.#undo.push(() => this.#wait(place, pool, 1));
  }

  /** This many jobs have begun to run. Here, a job runs from the moment of its claim. */
  starts(place: Pick<Place, "group" | "task">, jobs = 1): void {
    this.#run(place, jobs);
    this.#undo.push(() => this.#run(place, -jobs));
  }

  /** A job runs no more. */
  ends(place: Pick<Place, "group" | "task">): void {
    this.#run(place, -1);
    this.#undo.push(() => this.#run(place, 1));
  }

  /** From now on this many jobs of a group may run at once. Call it when the file says so. */
  setLimit(key: string, limit: number | null): void {
    const group = this.#register.knownGroup(key);
    if (!group || group.limit === limit) return;
    const before = group.limit;
    this.#limit(key, limit);
    this.#undo.push(() => this.#limit(key, before));
  }

  /** The transaction is on disk. */
  commit(): void {
    this.#undo = [];
  }

  rollBack(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  /**
   * The lines of the group whose turn it is: one for each of its tasks that may start a job. The
   * oldest of their jobs is the next.
   *
   * @param alone whether a job is wanted that runs with no other on its worker
   */
  next(alone: boolean): readonly Line[] {
    let best: Line[] = [];
    for (const task of this.#register.tasks) {
      if (this.#room(task) <= 0) continue;
      for (const pool of this.#rules.poolsOf(task.name, alone)) {
        const line = task.heaps[pool].first();
        if (!line) continue;
        const order = best[0] ? compareLines(line, best[0]) : -1;
        if (order < 0) best = [line];
        else if (order === 0) best.push(line);
      }
    }
    return best;
  }

  /**
   * How many jobs could be claimed now. It may be more than that where the limit of a group is near,
   * but it is 0 only where there is none.
   */
  claimable(alone: boolean): number {
    let sum = 0;
    for (const task of this.#register.tasks) {
      const room = this.#room(task);
      if (room <= 0) continue;
      let jobs = 0;
      for (const pool of this.#rules.poolsOf(task.name, alone)) jobs += task.heaps[pool].jobs;
      sum += Math.min(room, jobs);
    }
    return sum;
  }

  /** The file has no job in this line: somebody else has changed it. */
  correct(line: Line): void {
    const place = { priority: line.priority, group: line.group.key, task: line.task.name };
    this.#wait(place, line.pool, -line.count);
  }

  /** How many groups and tasks are known, for tests. */
  get known(): { readonly groups: number; readonly tasks: number } {
    return this.#register.size;
  }

  #room(task: TaskLines): number {
    return this.#rules.limitOf(task.name) - task.running;
  }

  #wait({ priority, group: key, task: name }: Place, pool: Pool, by: number): void {
    const group = this.#register.group(key);
    const task = this.#register.task(name);
    const line = this.#register.line(group, task, priority, pool);
    if (group.waiting === 0) group.turn = ++this.#turn;
    group.waiting += by;
    task.waiting += by;
    line.count += by;
    if (line.at >= 0) task.heaps[pool].changed(by);
    if (line.count > 0) {
      if (line.at < 0 && !isFull(group)) task.heaps[pool].push(line);
      return;
    }
    if (line.at >= 0) task.heaps[pool].remove(line);
    this.#register.forgetLine(line);
    this.#register.forgetUnused(group, task);
  }

  #run({ group: key, task: name }: Pick<Place, "group" | "task">, by: number): void {
    const group = this.#register.group(key);
    const task = this.#register.task(name);
    const wasFull = isFull(group);
    group.running += by;
    task.running += by;
    if (by > 0) group.turn = ++this.#turn;
    else lower(group);
    if (wasFull !== isFull(group)) fill(group);
    this.#register.forgetUnused(group, task);
  }

  #limit(key: string, limit: number | null): void {
    const group = this.#register.knownGroup(key);
    if (!group) return;
    const wasFull = isFull(group);
    group.limit = limit;
    if (wasFull !== isFull(group)) fill(group);
  }
}

/** A group has fewer running jobs: its lines may have to come before others. */
function lower(group: Group): void {
  for (const line of group.raised) {
    line.running = 0;
    if (line.at >= 0) line.task.heaps[line.pool].rise(line);
  }
  group.raised.clear();
}

/** A group has become full, or is so no more. */
function fill(group: Group): void {
  for (const line of group.lines) {
    const heap = line.task.heaps[line.pool];
    if (line.at >= 0) heap.remove(line);
    else heap.push(line);
  }
}

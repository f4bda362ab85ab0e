import type { Group, Line, Pool, TaskLines } from "./line.ts";
import { LineHeap } from "./line-heap.ts";

/** Finds the line of a place without making a text of it. */
type LinesByPlace = Map<Group, Map<number, Line>>;

/** The groups, tasks and lines of which something waits or runs. */
export class LineRegister {
  readonly #limitOf: (group: string) => number | null;
  readonly #groups = new Map<string | null, Group>();
  readonly #tasks = new Map<string, TaskLines>();
  readonly #lines = new Map<TaskLines, Readonly<Record<Pool, LinesByPlace>>>();

  /** @param limitOf asked when a group comes */
  constructor(limitOf: (group: string) => number | null) {
    this.#limitOf = limitOf;
  }

  get tasks(): Iterable<TaskLines> {
    return this.#tasks.values();
  }

  get size(): { readonly groups: number; readonly tasks: number } {
    return { groups: this.#groups.size, tasks: this.#tasks.size };
  }

  knownGroup(key: string): Group | undefined {
    return this.#groups.get(key);
  }

  group(key: string | null): Group {
    const known = this.#groups.get(key);
    if (known) return known;
    const limit = key === null ? null : this.#limitOf(key);
    const [lines, raised] = [new Set<Line>(), new Set<Line>()];
    const group = { key, limit, running: 0, waiting: 0, turn: 0, lines, raised };
    this.#groups.set(key, group);
    return group;
  }

  task(name: string): TaskLines {
    const known = this.#tasks.get(name);
    if (known) return known;
    const heaps = { open: new LineHeap(), held: new LineHeap() };
    const task = { name, running: 0, waiting: 0, heaps };
    this.#tasks.set(name, task);
    this.#lines.set(task, { open: new Map(), held: new Map() });
    return task;
  }

  line(group: Group, task: TaskLines, priority: number, pool: Pool): Line {
    const ofTask = this.#linesOf(task, pool);
    const ofGroup = ofTask.get(group) ?? new Map<number, Line>();
    const known = ofGroup.get(priority);
    if (known) return known;
    const line = { priority, group, task, pool, count: 0, running: 0, turn: 0, at: -1 };
    ofTask.set(group, ofGroup.set(priority, line));
    group.lines.add(line);
    return line;
  }

  /** Nothing waits in this line any more. */
  forgetLine(line: Line): void {
    const { group, task, priority, pool } = line;
    group.lines.delete(line);
    group.raised.delete(line);
    const ofTask = this.#linesOf(task, pool);
    const ofGroup = ofTask.get(group);
    ofGroup?.delete(priority);
    if (ofGroup?.size === 0) ofTask.delete(group);
  }

  forgetUnused(group: Group, task: TaskLines): void {
    if (group.waiting === 0 && group.running === 0) this.#groups.delete(group.key);
    if (task.waiting > 0 || task.running > 0) return;
    this.#tasks.delete(task.name);
    this.#lines.delete(task);
  }

  #linesOf(task: TaskLines, pool: Pool): LinesByPlace {
    return this.#lines.get(task)?.[pool] ?? new Map();
  }
}

import type { ShownJob } from "../../../client/shown-job.ts";
import { button, element, isInSight, setText } from "../../dom.ts";
import { everySecond } from "../../every.ts";
import { Problem } from "../../net/problem.ts";
import type { Page } from "../../page.ts";
import { askFor, type BulkName, selectionFor } from "../bulk.ts";
import { confirm } from "../confirm.ts";
import { type JobFilter, toggled } from "../filter.ts";
import { changeJob } from "../job/change.ts";
import { changeMany, countJobs, countStates, json, listJobs } from "../jobs-of-server.ts";
import { PauseBar } from "./pause.ts";
import { schedulesOf } from "./schedules.ts";
import { StateFilters } from "./states.ts";
import { JobTable } from "./table.ts";
import { TaskFilter } from "./task-filter.ts";

/** So many more jobs with each "Show more". */
const step = 50;
const most = 1000;

/** Whoever comes back from a job finds the list as it was. */
let filter: JobFilter = { states: [], task: null };

/** The jobs, the newest first, as they come and go. @returns what ends it */
export function mountList(root: HTMLElement, page: Page): () => void {
  let wanted = step;
  const { ask, notify } = page;
  const states = new StateFilters((state) => choose(toggled(filter, state)));
  const tasks = new TaskFilter((task) => choose({ ...filter, task }));
  const pause = new PauseBar((isPaused, task) => void attempt(() => setPaused(isPaused, task)));
  const table = new JobTable((id, action) => void attempt(() => changeOne(id, action)));
  const said = element("p", { class: "facts", role: "status" });
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  const more = button("Show more", () => choose(filter, wanted + step), { hidden: true });
  const bulk = (["cancel", "retry", "delete"] as const).map((name) => ({
    name,
    node: button(`${nameOf(name)} all …`, () => void attempt(() => changeAll(name))),
  }));
  root.append(
    element("div", { class: "bar" }, element("h1", {}, "Jobs"), pause.node),
    states.node,
    element("div", { class: "bar" }, tasks.node, ...bulk.map(({ node }) => node)),
    ...[problem, said, table.node, more, schedulesOf(page)],
  );

  const live = everySecond(
    read,
    (error) => {
      problem.hidden = error === null;
      setText(problem, error?.message ?? "");
    },
    isInSight,
  );
  showFilter();
  return () => live.end();

  async function read(signal: AbortSignal): Promise<void> {
    const before = filter;
    const [counted, { jobs, isMore }] = await Promise.all([
      countStates(ask, signal),
      listJobs(ask, filter, wanted, signal),
    ]);
    if (before !== filter || signal.aborted) return; // The next look is under way.
    if (counted) {
      states.show(counted.states);
      pause.show(counted.paused, filter.task);
    }
    show(jobs, isMore);
  }

  function show(jobs: readonly ShownJob[], isMore: boolean): void {
    tasks.offer(jobs);
    table.show(jobs, page.seen.now);
    table.node.hidden = jobs.length === 0;
    more.hidden = !isMore || wanted >= most;
    const isAll = filter.states.length === 0 && filter.task === null;
    const none = isAll ? "There are no jobs yet. Try it submits one." : "No job is like that.";
    const cut =
      isMore && wanted >= most ? `The newest ${most} are shown. Filters find the others.` : "";
    setText(said, jobs.length === 0 ? none : cut);
  }

  function choose(next: JobFilter, count = step): void {
    filter = next;
    wanted = Math.min(count, most);
    showFilter();
    void live.now();
  }

  function showFilter(): void {
    states.press(filter);
    tasks.select(filter.task);
    for (const { name, node } of bulk) node.disabled = selectionFor(name, filter) === null;
  }

  async function changeOne(id: string, action: string): Promise<void> {
    notify(await changeJob(ask, id, action));
    await live.now();
  }

  async function changeAll(name: BulkName): Promise<void> {
    const selection = selectionFor(name, filter);
    if (!selection) return;
    const { count, isMore } = await countJobs(ask, selection, new AbortController().signal);
    if (count === 0) return notify(`There is no job to ${name}.`);
    if (!(await confirm(askFor(name, selection, count, isMore)))) return;
    const changed = await changeMany(ask, name, selection);
    notify(`${changed} ${changed === 1 ? "job has" : "jobs have"} changed.`);
    await live.now();
  }

  async function setPaused(isPaused: boolean, task: string | null): Promise<void> {
    const query = task === null ? "" : `?task=${encodeURIComponent(task)}`;
    await json(ask, `jobs/${isPaused ? "pause" : "resume"}${query}`, { method: "POST" });
    await live.now();
  }

  /** What the server refuses is told. */
  async function attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      notify(error.message);
    }
  }
}

function nameOf(name: BulkName): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

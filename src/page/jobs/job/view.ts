import { button, element, isInSight, setText } from "../../dom.ts";
import { everySecond } from "../../every.ts";
import { Problem } from "../../net/problem.ts";
import { jsonTree } from "../../output/json-tree.ts";
import { type ShownOutput, showOutput } from "../../output/output.ts";
import type { Page } from "../../page.ts";
import { json } from "../jobs-of-server.ts";
import { type ShownAttempt, stateMarks, type WholeJob } from "../shown.ts";
import { attemptsTable, errorBox } from "./attempts.ts";
import { changeJob } from "./change.ts";
import { factsOf } from "./facts.ts";
import { progressOf } from "./progress.ts";
import { timelineOf } from "./timeline.ts";
import { timelineBar } from "./timeline-bar.ts";

/** One job: its life, every attempt, and its result. @returns what ends it */
export function mountJob(root: HTMLElement, page: Page, id: string): () => void {
  const { ask, notify } = page;
  const state = element("span", { class: "state", role: "status" });
  const title = element("h1", {}, "Job ", element("code", {}, id), " ", state);
  const actions = (["cancel", "retry", "delete"] as const).map((name) => ({
    name,
    node: button(
      name.replace(/^./, (c) => c.toUpperCase()),
      () => void change(name),
      { hidden: true },
    ),
  }));
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  const [life, history] = [element("div"), element("section")];
  const [result, input] = [element("section"), element("section")];
  root.append(
    element("p", {}, element("a", { href: "#jobs" }, "All jobs")),
    element("div", { class: "bar" }, title, ...actions.map(({ node }) => node)),
    ...[problem, life, result, history, input],
  );
  let shown = "";
  /** So many attempts are shown. */
  let told = 0;
  /** The job whose result is shown, with its end: a retry makes another one. */
  let ended: string | null = null;
  let output: ShownOutput | undefined;

  const live = everySecond(
    read,
    (error) => {
      problem.hidden = error === null;
      setText(problem, error?.message ?? "");
    },
    isInSight,
  );
  return () => {
    live.end();
    output?.end();
  };

  async function read(signal: AbortSignal): Promise<void> {
    const path = `jobs/${encodeURIComponent(id)}`;
    const [job, { attempts }] = await Promise.all([
      json<WholeJob>(ask, `${path}?input=true`, { signal }),
      json<{ attempts: readonly ShownAttempt[] }>(ask, `${path}/attempts`, { signal }),
    ]);
    if (signal.aborted) return;
    show(job, attempts);
    if (job.finishedAt === ended) return;
    await showResult(job, path);
    ended = job.finishedAt; // If it could not be read, it is read again.
  }

  function show(job: WholeJob, attempts: readonly ShownAttempt[]): void {
    state.dataset["state"] = job.state;
    const stopping = job.cancelRequested && !job.done ? ", being cancelled" : "";
    setText(
      state,
      `${stateMarks[job.state]} ${job.state}${job.paused ? ", paused" : ""}${stopping}`,
    );
    for (const { name, node } of actions) node.hidden = !isPossible(name, job);
    const now = page.seen.now;
    // While it lives, the bar moves; once it has ended, nothing is drawn again.
    const key = JSON.stringify([job, attempts, job.done ? 0 : now]);
    if (key === shown) return;
    if (shown === "" && "input" in job) {
      input.append(element("h2", {}, "Input"), jsonTree(job.input, 1));
    }
    shown = key;
    life.replaceChildren(
      timelineBar(timelineOf(job, attempts, now)),
      factsOf(job, now),
      ...(job.progress === null ? [] : [element("h2", {}, "Progress"), progressOf(job.progress)]),
    );
    showHistory(attempts, now);
  }

  /** Whoever has unfolded an error reads on: the table is made again only where there is one more. */
  function showHistory(attempts: readonly ShownAttempt[], now: number): void {
    if (history.childElementCount > 0 && attempts.length === told) return;
    told = attempts.length;
    history.replaceChildren(
      ...(told === 0 ? [] : [element("h2", {}, "Attempts"), attemptsTable(attempts, now)]),
    );
  }

  async function showResult(job: WholeJob, path: string): Promise<void> {
    output?.end();
    output = undefined;
    result.replaceChildren();
    if (job.error) result.append(errorBox(job.error.title, job.error.detail));
    if (job.state !== "succeeded") return;
    const answer = await ask(`${path}/result`, { headers: { Accept: "*/*" } });
    output = await showOutput(await answer.blob(), `${job.task}-${id}`);
    result.append(element("h2", {}, "Result"), output.node);
  }

  async function change(name: string): Promise<void> {
    try {
      notify(await changeJob(ask, id, name));
      if (name === "delete") location.hash = "jobs";
      else await live.now();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      notify(error.message);
    }
  }
}

function isPossible(
  name: "cancel" | "retry" | "delete",
  { state, done, cancelRequested }: WholeJob,
): boolean {
  if (name === "cancel") return !done && !cancelRequested;
  return done && (name === "delete" || state !== "succeeded");
}

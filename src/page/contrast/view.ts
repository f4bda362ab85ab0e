import type { ContrastEvent } from "../../telemetry/watch/contrast.ts";
import { element, setText } from "../dom.ts";
import { messageOf } from "../message-of.ts";
import { followProgram } from "../net/program-events.ts";
import type { Page } from "../page.ts";
import { type ContrastOrder, type OfferedTask, OrderForm } from "./order-form.ts";
import { showResult } from "./result.ts";
import { SideView } from "./side-view.ts";
import { Told } from "./told.ts";

const names = ["plan", "server", "seen", "step", "load", "turn", "end", "failed"] as const;

/** *Contrast*: the same load in two modes, in turn, side by side. */
export function mount(root: HTMLElement, page: Page): () => void {
  const form = new OrderForm(
    (order) => void start(order),
    () => void page.ask("contrast", { method: "DELETE" }).catch(complain),
  );
  const step = element("p", { class: "step", role: "status" });
  const progress = element("progress", { max: 1, "aria-label": "How far it is", hidden: true });
  const stage = element("div", { class: "sides" });
  const result = element("div", { class: "result" });
  const lead =
    "The same load goes to two modes, in turn, on servers started for it. Watch where runs land, and what GET / takes beside them. It takes about a minute.";
  root.append(
    element(
      "div",
      { class: "title" },
      element("h1", {}, "Contrast"),
      element("p", { class: "facts" }, lead),
    ),
    ...[form.node, element("div", { class: "progress" }, progress, step), stage, result],
  );

  let told = new Told();
  let views: readonly SideView[] = [];
  let unfollow = () => {};
  let timer: number | undefined;

  function take(event: ContrastEvent): void {
    told.take(event);
    if (event.event === "plan") showSides();
    if (event.event === "failed") form.complain(event.data.message);
    if (event.event !== "seen") show();
  }

  function showSides(): void {
    for (const view of views) view.close();
    views = told.sides.map((side) => new SideView(side));
    stage.replaceChildren(...views.map(({ node }) => node));
    result.replaceChildren();
  }

  function show(): void {
    const { plan, end, sides } = told;
    const isRunning = plan !== null && !told.isOver;
    form.show(isRunning);
    setText(step, isRunning ? (told.step?.label ?? "starting") : "");
    progress.hidden = !isRunning;
    if (plan) progress.value = Math.min(1, (Date.now() - plan.startedAt) / plan.totalMs);
    const mostMs = Math.max(1, ...sides.map(({ longestLightMs }) => longestLightMs ?? 0));
    for (const view of views) view.show(told.step?.mode ?? null, mostMs);
    if (end && result.childElementCount === 0) result.replaceChildren(...showResult(end));
  }

  function follow(): void {
    unfollow();
    told = new Told();
    unfollow = followProgram<ContrastEvent>({ path: "contrast/events", names, onEvent: take });
    clearInterval(timer);
    timer = setInterval(show, 1000);
  }

  async function start({ modes, task, input }: ContrastOrder): Promise<void> {
    form.show(true);
    const body = JSON.stringify({ modes, task, input });
    const headers = { "Content-Type": "application/json" };
    try {
      await page.ask("contrast", { method: "POST", headers, body });
      follow();
    } catch (error) {
      form.show(false);
      complain(error);
    }
  }

  function complain(error: unknown): void {
    form.complain(messageOf(error));
  }

  /** The server has more tasks than this one, as soon as it answers. */
  async function begin(): Promise<void> {
    form.offer([{ name: "hash", example: {} }]);
    const { state } = await (await page.ask("contrast")).json();
    if (state !== "none") follow();
    const answer = await page.ask("server/tasks");
    const { tasks } = (await answer.json()) as { readonly tasks: readonly OfferedTask[] };
    form.offer(tasks);
  }

  begin().catch(complain);
  return () => {
    unfollow();
    clearInterval(timer);
    for (const view of views) view.close();
  };
}

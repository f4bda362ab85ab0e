import { button, element, setText } from "../../dom.ts";
import { Problem } from "../../net/problem.ts";
import type { Page } from "../../page.ts";
import { confirm } from "../confirm.ts";
import { json } from "../jobs-of-server.ts";
import { formatMoment } from "../times.ts";

interface ShownSchedule {
  readonly name: string;
  readonly cron?: string;
  readonly everyMs?: number;
  readonly timeZone?: string;
  readonly paused?: boolean;
  readonly job: { readonly task: string };
  readonly next: readonly string[];
  readonly last: { readonly job: string; readonly state: string } | null;
  readonly made: number;
}

/** The schedules: what they make, and when next. They change rarely, so they are read when opened. */
export function schedulesOf(page: Page): HTMLElement {
  const body = element("tbody");
  const said = element("p", { class: "facts" });
  const heads = ["Schedule", "Task", "When", "Next", "Last", "Made", ""].map((name) =>
    element(
      "th",
      { scope: "col" },
      name === "" ? element("span", { class: "unseen" }, "Actions") : name,
    ),
  );
  const head = element("thead", {}, element("tr", {}, ...heads));
  const table = element("table", { class: "cards", hidden: true }, head, body);
  const node = element(
    "details",
    { class: "schedules" },
    element("summary", {}, "Schedules"),
    said,
    table,
  );

  async function read(): Promise<void> {
    try {
      const { schedules } = await json<{ schedules: readonly ShownSchedule[] }>(
        page.ask,
        "schedules?limit=1000",
      );
      body.replaceChildren(...schedules.map((each) => rowOf(each, run, remove)));
      table.hidden = schedules.length === 0;
      setText(said, schedules.length === 0 ? "There are none. PUT /schedules/NAME makes one." : "");
    } catch (error) {
      setText(said, messageOf(error));
    }
  }

  async function run(name: string): Promise<void> {
    const path = `server/schedules/${encodeURIComponent(name)}/run`;
    const { id } = await json<{ id: string }>(page.ask, path, { method: "POST" });
    page.notify(`Job ${id} of schedule ${name} is queued.`);
  }

  async function remove(name: string): Promise<void> {
    const text = "It makes no more jobs. Those that it has made stay.";
    const isWanted = await confirm({
      title: `Remove schedule ${name}?`,
      text,
      button: "Remove it",
    });
    if (!isWanted) return;
    await page.ask(`schedules/${encodeURIComponent(name)}`, { method: "DELETE" });
    page.notify(`Schedule ${name} is removed.`);
    await read();
  }

  function rowOf(
    schedule: ShownSchedule,
    ...[onRun, onRemove]: readonly ((name: string) => Promise<void>)[]
  ) {
    const { name, job, next, last, made } = schedule;
    const act = (title: string, what?: (name: string) => Promise<void>) =>
      button(title, () => what?.(name).catch((error) => page.notify(messageOf(error))), {
        ...{ class: "small", "aria-label": `${title} schedule ${name}` },
      });
    const lastJob = last ? element("a", { href: `#jobs/${last.job}` }, last.state) : "–";
    const cell = (title: string, ...children: (Node | string)[]) =>
      element("td", { "data-name": title }, ...children);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      ...[cell("Task", job.task), cell("When", rhythmOf(schedule))],
      ...[cell("Next", formatMoment(next[0] ?? null, page.seen.now)), cell("Last", lastJob)],
      cell("Made", String(made)),
      element("td", { class: "act" }, act("Run now", onRun), act("Remove", onRemove)),
    );
  }

  node.addEventListener("toggle", () => {
    if (node.open) void read();
  });
  return node;
}

function rhythmOf({ cron, everyMs, timeZone, paused }: ShownSchedule): string {
  const rhythm =
    cron === undefined ? `every ${(everyMs ?? 0) / 1000} s` : `${cron} (${timeZone ?? "UTC"})`;
  return paused ? `${rhythm}, paused` : rhythm;
}

function messageOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  throw error;
}

import { element } from "../../dom.ts";
import { formatMs } from "../../format.ts";
import type { ShownAttempt } from "../shown.ts";
import { formatMoment } from "../times.ts";

/** What each attempt that has ended was like. */
export function attemptsTable(attempts: readonly ShownAttempt[], now: number): HTMLElement {
  const names = ["Attempt", "Outcome", "Started", "Waited", "Ran", "CPU", "Where"];
  const heads = names.map((name) => element("th", { scope: "col" }, name));
  const head = element("thead", {}, element("tr", {}, ...heads));
  const rows = attempts.map((each) => rowOf(each, now));
  const reasons = attempts.flatMap((each) => reasonOf(each));
  return element(
    "div",
    { class: "attempts" },
    element("table", { class: "cards" }, head, element("tbody", {}, ...rows)),
    ...reasons,
  );
}

function rowOf(attempt: ShownAttempt, now: number): HTMLElement {
  const { number, outcome, counts, startedAt, worker, pid, executor } = attempt;
  const ms = (value: number | null) => (value === null ? "–" : formatMs(value));
  const where = [
    worker === null ? "" : `worker ${worker}`,
    pid === null ? "" : `pid ${pid}`,
    executor ?? "",
  ];
  const cells: readonly (readonly [string, string])[] = [
    ["Outcome", counts ? outcome : `${outcome}, does not count`],
    ["Started", formatMoment(startedAt, now)],
    ["Waited", ms(attempt.queuedMs)],
    ["Ran", ms(attempt.ranMs)],
    ["CPU", ms(attempt.cpuMs)],
    ["Where", where.filter(Boolean).join(", ") || "–"],
  ];
  return element(
    "tr",
    {},
    element("th", { scope: "row", "data-name": "Attempt" }, `${number}`),
    ...cells.map(([name, text]) => element("td", { "data-name": name }, text)),
  );
}

/** Its error, with the stack where the server shows it, and what the task has logged. */
function reasonOf({ number, error, log, logDropped }: ShownAttempt): HTMLElement[] {
  const lines = log.map(({ at, text }) => `${at.slice(11, 23)} ${text}`);
  if (logDropped > 0) lines.push(`… ${logDropped} more lines were not kept`);
  return [
    ...(error
      ? [folded(`Error of attempt ${number}`, [error.detail ?? "", error.stack ?? ""])]
      : []),
    ...(lines.length > 0 ? [folded(`Log of attempt ${number}`, lines)] : []),
  ];
}

function folded(title: string, lines: readonly string[]): HTMLElement {
  const text = lines.filter((line) => line !== "").join("\n");
  return element(
    "details",
    {},
    element("summary", {}, title),
    element("pre", { tabindex: 0 }, text),
  );
}

/** Why a job has failed. */
export function errorBox(title = "", detail = ""): HTMLElement {
  return element("div", { class: "error-box" }, element("h2", {}, title), element("p", {}, detail));
}

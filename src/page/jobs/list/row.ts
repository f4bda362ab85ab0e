import type { ShownJob } from "../../../client/shown-job.ts";
import { button, element, setText } from "../../dom.ts";
import { stateMarks } from "../shown.ts";
import { formatMoment, formatSpan } from "../times.ts";

/** One job in the table. */
export class JobRow {
  readonly node: HTMLTableRowElement;
  readonly #task = element("span");
  readonly #tags = element("span", { class: "facts" });
  readonly #state = element("span", { class: "state" });
  readonly #cells = ["Created", "Waited", "Ran", "Attempts"].map((name) =>
    element("td", { "data-name": name }),
  );
  readonly #cancel: HTMLButtonElement;
  readonly #retry: HTMLButtonElement;
  readonly #delete: HTMLButtonElement;

  constructor(id: string, onAction: (action: string) => void) {
    const act = (name: string, action: string) =>
      button(name, () => onAction(action), { class: "small", "aria-label": `${name} job ${id}` });
    this.#cancel = act("Cancel", "cancel");
    this.#retry = act("Retry", "retry");
    this.#delete = act("Delete", "delete");
    const link = element("a", { href: `#jobs/${id}` }, this.#task, " ", element("code", {}, id));
    this.node = element(
      "tr",
      { "data-id": id },
      element("th", { scope: "row" }, link, " ", this.#tags),
      element("td", { "data-name": "" }, this.#state),
      ...this.#cells,
      element("td", { class: "act" }, this.#cancel, this.#retry, this.#delete),
    );
  }

  show(job: ShownJob, now: number): void {
    const { state, done, cancelRequested, createdAt, startedAt, finishedAt } = job;
    setText(this.#task, job.task);
    setText(this.#tags, (job.tags ?? []).join(" "));
    const text = cancelRequested && !done ? "being cancelled" : state;
    this.#state.dataset["state"] = state;
    setText(this.#state, `${stateMarks[state]} ${text}`);
    const texts = [
      formatMoment(createdAt, now),
      formatSpan(createdAt, startedAt ?? finishedAt, now),
      startedAt === null ? "–" : formatSpan(startedAt, finishedAt, now),
      `${job.attempts} of ${job.maxAttempts}`,
    ];
    for (const [index, cell] of this.#cells.entries()) setText(cell, texts[index] ?? "");
    this.#cancel.hidden = done || cancelRequested;
    this.#retry.hidden = !(done && state !== "succeeded");
    this.#delete.hidden = !done;
  }
}

import type { ShownJob } from "../../../client/shown-job.ts";
import { element } from "../../dom.ts";
import { JobRow } from "./row.ts";

/** The jobs as a table. A row that is there stays, and only what is different in it changes. */
export class JobTable {
  readonly node: HTMLTableElement;
  readonly #body = element("tbody");
  readonly #rows = new Map<string, JobRow>();
  readonly #onAction: (id: string, action: string) => void;

  /** @param onAction is called with the id of a job and `cancel`, `retry` or `delete` */
  constructor(onAction: (id: string, action: string) => void) {
    this.#onAction = onAction;
    const names = ["Job", "State", "Created", "Waited", "Ran", "Attempts"];
    const heads = names.map((name) => element("th", { scope: "col" }, name));
    const actions = element(
      "th",
      { scope: "col" },
      element("span", { class: "unseen" }, "Actions"),
    );
    const head = element("thead", {}, element("tr", {}, ...heads, actions));
    this.node = element("table", { class: "cards jobs-table" }, head, this.#body);
  }

  show(jobs: readonly ShownJob[], now: number): void {
    const ids = new Set(jobs.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.node.remove();
      this.#rows.delete(id);
    }
    let next = this.#body.firstChild;
    for (const job of jobs) {
      const row = this.#rows.get(job.id) ?? this.#add(job.id);
      row.show(job, now);
      if (row.node === next) next = next.nextSibling;
      else this.#body.insertBefore(row.node, next);
    }
  }

  #add(id: string): JobRow {
    const row = new JobRow(id, (action) => this.#onAction(id, action));
    this.#rows.set(id, row);
    return row;
  }
}

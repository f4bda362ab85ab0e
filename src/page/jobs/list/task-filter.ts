import type { ShownJob } from "../../../client/shown-job.ts";
import { element } from "../../dom.ts";

/** A choice of the tasks whose jobs were seen: a worker that computes could not name them now. */
export class TaskFilter {
  readonly node: HTMLElement;
  readonly #select = element("select", {}, element("option", { value: "" }, "all tasks"));
  readonly #offered = new Set<string>();

  constructor(onChoose: (task: string | null) => void) {
    this.#select.addEventListener("change", () => onChoose(this.#select.value || null));
    this.node = element("label", { class: "inline" }, "Jobs of ", this.#select);
  }

  offer(jobs: readonly ShownJob[]): void {
    for (const { task } of jobs) this.#offer(task);
  }

  select(task: string | null): void {
    if (task !== null) this.#offer(task);
    this.#select.value = task ?? "";
  }

  #offer(task: string): void {
    if (this.#offered.has(task)) return;
    this.#offered.add(task);
    this.#select.append(element("option", { value: task }, task));
  }
}

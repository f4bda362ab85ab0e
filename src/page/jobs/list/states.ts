import type { JobState } from "../../../client/shown-job.ts";
import { button, element, setText } from "../../dom.ts";
import { formatNumber } from "../../format.ts";
import type { JobFilter } from "../filter.ts";
import { jobStates, stateMarks } from "../shown.ts";

/** How many jobs there are in each state; each of them is a filter. */
export class StateFilters {
  readonly node: HTMLElement;
  readonly #counts = new Map<JobState, HTMLElement>();
  readonly #buttons = new Map<JobState, HTMLButtonElement>();

  constructor(onToggle: (state: JobState) => void) {
    const buttons = jobStates.map((state) => {
      const count = element("b", {}, "–");
      const made = button("", () => onToggle(state), { "aria-pressed": "false" });
      const name = element(
        "span",
        { class: "state", "data-state": state },
        `${stateMarks[state]} ${state}`,
      );
      made.append(count, name);
      this.#counts.set(state, count);
      this.#buttons.set(state, made);
      return made;
    });
    const label = "Show only jobs in these states";
    this.node = element("div", { class: "states", role: "group", "aria-label": label }, ...buttons);
  }

  show(states: Readonly<Record<JobState, number>>): void {
    for (const [state, node] of this.#counts) setText(node, formatNumber(states[state]));
  }

  press({ states }: JobFilter): void {
    for (const [state, made] of this.#buttons) {
      made.setAttribute("aria-pressed", String(states.includes(state)));
    }
  }
}

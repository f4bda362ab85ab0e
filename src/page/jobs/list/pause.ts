import { button, element, setText } from "../../dom.ts";
import type { ShownPause } from "../shown.ts";

/** Starts no more jobs, or starts them again: of all tasks, or of the one that the filter names. */
export class PauseBar {
  readonly node = element("div", { class: "pause" });
  readonly #said = element("span", { role: "status" });
  readonly #toggle: HTMLButtonElement;
  #pause: ShownPause = { all: false, tasks: [] };
  #task: string | null = null;

  /** @param onSet gets the task; null for all of them */
  constructor(onSet: (isPaused: boolean, task: string | null) => void) {
    this.#toggle = button("Pause", () => onSet(!this.#isPaused, this.#task));
    this.node.append(this.#said, this.#toggle);
  }

  show(pause: ShownPause, task: string | null): void {
    this.#pause = pause;
    this.#task = task;
    const tasks = pause.tasks.join(", ");
    const said = pause.all
      ? "No job starts: all tasks are paused."
      : `No job of ${tasks} starts: paused.`;
    setText(this.#said, pause.all || tasks !== "" ? said : "");
    this.node.classList.toggle("on", pause.all || tasks !== "");
    setText(this.#toggle, `${this.#isPaused ? "Resume" : "Pause"} ${task ?? "all"}`);
  }

  get #isPaused(): boolean {
    const { all, tasks } = this.#pause;
    return this.#task === null ? all || tasks.length > 0 : tasks.includes(this.#task);
  }
}

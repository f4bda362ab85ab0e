import { button, element } from "../dom.ts";
import { messageOf } from "../message-of.ts";

/** What a user asks for. */
export interface ContrastOrder {
  readonly modes: readonly [string, string];
  readonly task: string;
  readonly input: unknown;
}

/** A task of the server, as `GET /tasks` has it. */
export interface OfferedTask {
  readonly name: string;
  readonly example: unknown;
}

const modes: Readonly<Record<string, string>> = {
  single: "one process",
  cluster: "a process a core",
  threads: "one process, a thread a core",
  hybrid: "two processes with threads",
  libuv: "one process, libuv's threads",
};

/** Some 10 ms: long enough to be seen, short enough for many. */
const hashInput = { input: "contrast", iterations: 21_000 };

/** The form. It keeps what was typed for a task while another one is chosen. */
export class OrderForm {
  readonly node: HTMLFormElement;
  readonly #start = element("button", { class: "main" }, "Run the same load in two modes");
  readonly #stop: HTMLButtonElement;
  readonly #left = chooseMode("Mode", "cluster");
  readonly #right = chooseMode("and mode", "threads");
  readonly #task = element("select");
  readonly #input = element("textarea", { rows: 3, spellcheck: "false", autocomplete: "off" });
  readonly #problem = element("p", { class: "problem", role: "alert", hidden: true });
  readonly #typed = new Map<string, string>();

  /** @param onOrder is called with what is right */
  constructor(onOrder: (order: ContrastOrder) => void, onStop: () => void) {
    this.#stop = button("End it early", onStop, { hidden: true });
    this.node = element(
      "form",
      { class: "order" },
      field("Mode", this.#left),
      field("and mode", this.#right),
      field("Task", this.#task),
      field("Input, as JSON", this.#input),
      element("div", { class: "buttons" }, this.#start, this.#stop),
      this.#problem,
    );
    this.#task.addEventListener("change", () => this.#showInput());
    this.#input.addEventListener("input", () =>
      this.#typed.set(this.#task.value, this.#input.value),
    );
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      const order = this.#read();
      if (order) onOrder(order);
    });
  }

  offer(tasks: readonly OfferedTask[]): void {
    for (const { name, example } of tasks) {
      const text = JSON.stringify(name === "hash" ? hashInput : example);
      if (!this.#typed.has(name)) this.#typed.set(name, text);
    }
    this.#task.replaceChildren(...tasks.map(({ name }) => element("option", {}, name)));
    if (tasks.some(({ name }) => name === "hash")) this.#task.value = "hash";
    this.#showInput();
  }

  show(isRunning: boolean): void {
    this.#start.disabled = isRunning;
    this.#stop.hidden = !isRunning;
  }

  complain(text: string | null): void {
    this.#problem.hidden = text === null;
    this.#problem.textContent = text;
  }

  #showInput(): void {
    this.#input.value = this.#typed.get(this.#task.value) ?? "{}";
  }

  #read(): ContrastOrder | null {
    this.complain(null);
    if (this.#left.value === this.#right.value) {
      this.complain("Choose two different modes.");
      return null;
    }
    try {
      const input: unknown = JSON.parse(this.#input.value);
      return { modes: [this.#left.value, this.#right.value], task: this.#task.value, input };
    } catch (error) {
      this.complain(`The input is not JSON: ${messageOf(error)}`);
      this.#input.focus();
      return null;
    }
  }
}

function chooseMode(label: string, chosen: string): HTMLSelectElement {
  const options = Object.entries(modes).map(([name, what]) =>
    element("option", { value: name, selected: name === chosen }, `${name}: ${what}`),
  );
  return element("select", { "aria-label": label }, ...options);
}

function field(title: string, control: HTMLElement): HTMLElement {
  return element("label", { class: "field" }, element("span", {}, title), control);
}

import { element, setText } from "../../dom.ts";
import type { Field } from "./fields.ts";

let made = 0;

/** One field on the page: its name, its control, what it means, and what is wrong with it. */
export class FieldControl {
  readonly node: HTMLElement;
  readonly field: Field;
  readonly #control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
  readonly #fault: HTMLElement;

  constructor(field: Field, text: string) {
    const id = `field-${++made}`;
    this.field = field;
    this.#control = controlFor(field);
    this.#control.id = id;
    this.#control.value = text;
    this.#control.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
    this.#fault = element("p", { id: `${id}-fault`, class: "fault" });
    const label = element("label", { for: id }, field.name);
    if (field.isRequired) label.append(element("span", { class: "facts" }, " (needed)"));
    const hint = element("p", { id: `${id}-hint`, class: "facts" }, hintOf(field));
    this.node = element(
      "div",
      { class: `try-field of-${field.kind}` },
      label,
      this.#control,
      hint,
      this.#fault,
    );
  }

  get text(): string {
    return this.#control.value;
  }

  /** @param message null where nothing is wrong */
  complain(message: string | null): void {
    setText(this.#fault, message ?? "");
    if (message === null) this.#control.removeAttribute("aria-invalid");
    else this.#control.setAttribute("aria-invalid", "true");
  }

  focus(): void {
    this.#control.focus();
  }
}

function controlFor(field: Field) {
  const { kind, choices, isRequired, isInteger, preset, min, max } = field;
  const placeholder = preset === undefined ? "" : textOf(preset);
  if (kind === "json") return element("textarea", { rows: 4, spellcheck: "false", placeholder });
  if (kind === "choice") {
    const options = choices.map((choice) =>
      element("option", { value: String(choice) }, String(choice)),
    );
    const none = element(
      "option",
      { value: "" },
      placeholder === "" ? "–" : `${placeholder} (default)`,
    );
    return element("select", {}, ...(isRequired ? [] : [none]), ...options);
  }
  if (kind === "text") return element("input", { type: "text", placeholder, autocomplete: "off" });
  // What is out of bounds is for the server to refuse: it says why.
  const step = isInteger ? 1 : "any";
  return element("input", {
    ...{ type: "number", step, placeholder, min, max },
    autocomplete: "off",
  });
}

function hintOf({ description, kind, min, max, maxLength }: Field): string {
  const bounds =
    kind === "number" && min !== undefined && max !== undefined ? `${min} to ${max}` : "";
  const length = maxLength === undefined ? "" : `at most ${maxLength} characters`;
  const json = kind === "json" ? "as JSON" : "";
  return [description, bounds, length, json].filter(Boolean).join("; ");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

import { element, setText } from "../../dom.ts";
import { FieldControl } from "./control.ts";
import { fieldAt, type Variant, variantsOf } from "./fields.ts";
import type { JsonSchema } from "./json-schema.ts";
import { type FieldFault, type ReadInput, readInput, readJson, typedFor } from "./read-input.ts";

/** The fields of an input, made of its JSON Schema. */
export class TaskForm {
  readonly node = element("div", { class: "try-fields" });
  readonly #variants: readonly Variant[] | null;
  readonly #chooser = element("select", { id: "variant" });
  readonly #fields = element("div", { class: "try-grid" });
  readonly #json = element("textarea", { id: "whole-input", rows: 8, spellcheck: "false" });
  readonly #fault = element("p", { class: "fault", role: "alert" });
  #controls: readonly FieldControl[] = [];

  /** @param example stands in the fields at first */
  constructor(schema: JsonSchema, example: unknown) {
    this.#variants = variantsOf(schema);
    if (this.#variants) {
      this.#offerVariants(this.#variants, example);
    } else {
      this.#json.value = JSON.stringify(example ?? {}, null, 2);
      const label = element("label", { for: "whole-input" }, "Input, as JSON");
      this.#fields.append(element("div", { class: "try-field of-json" }, label, this.#json));
    }
    this.node.append(this.#fields, this.#fault);
  }

  read(): ReadInput {
    if (!this.#variants) return readJson(this.#json.value);
    const typed = new Map(this.#controls.map(({ field, text }) => [field.path, text]));
    return readInput(this.#variant, typed);
  }

  /** Says what is wrong beside its field, and puts the focus on the first of them. */
  complain(faults: readonly FieldFault[]): void {
    const fields = this.#controls.map(({ field }) => field);
    const others = faults.filter(({ path }) => !fieldAt(fields, path));
    for (const control of this.#controls) control.complain(this.#faultOf(control, faults));
    setText(this.#fault, others.map(({ path, message }) => `${path} ${message}`.trim()).join("; "));
    this.#controls.find((control) => this.#faultOf(control, faults) !== null)?.focus();
  }

  #faultOf({ field }: FieldControl, faults: readonly FieldFault[]): string | null {
    const own = faults.filter(({ path }) => fieldAt([field], path));
    if (own.length === 0) return null;
    return own
      .map(({ path, message }) => `${path.slice(field.path.length)} ${message}`.trim())
      .join("; ");
  }

  get #variant(): Variant {
    return (this.#variants ?? [])[this.#chooser.selectedIndex] ?? { chosenBy: null, fields: [] };
  }

  #offerVariants(variants: readonly Variant[], example: unknown): void {
    this.#chooser.append(
      ...variants.map(({ chosenBy }) => element("option", {}, String(chosenBy?.value ?? ""))),
    );
    const name = variants[0]?.chosenBy?.name;
    if (name !== undefined) {
      const label = element("label", { for: "variant" }, name);
      this.node.append(element("div", { class: "try-field of-choice" }, label, this.#chooser));
      const value = (example as Readonly<Record<string, unknown>> | undefined)?.[name];
      const index = variants.findIndex(({ chosenBy }) => chosenBy?.value === value);
      this.#chooser.selectedIndex = Math.max(0, index);
    }
    this.#show(typedFor(this.#variant, example));
    this.#chooser.addEventListener("change", () => {
      // What was typed stays where the other variant has the same field.
      this.#show(new Map(this.#controls.map(({ field, text }) => [field.path, text])));
      this.node.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  #show(typed: ReadonlyMap<string, string>): void {
    this.#controls = this.#variant.fields.map(
      (field) => new FieldControl(field, typed.get(field.path) ?? ""),
    );
    this.#fields.replaceChildren(...this.#controls.map(({ node }) => node));
  }
}

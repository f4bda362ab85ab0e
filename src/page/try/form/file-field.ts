import { element, setText } from "../../dom.ts";
import { formatBytes } from "../../format.ts";
import type { BytesSchema } from "../offered-task.ts";

/** The file that a task takes as it is. */
export class FileField {
  readonly node: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #fault = element("p", { id: "file-fault", class: "fault" });
  readonly #types: readonly string[];

  constructor({ types, maxBytes }: BytesSchema["body"]) {
    this.#types = types;
    const accept = types.includes("*/*") ? undefined : types.join(",");
    const described = { "aria-describedby": "file-hint file-fault" };
    this.#input = element("input", { type: "file", id: "file", accept, ...described });
    const hint = `${types.join(", ")}; at most ${formatBytes(maxBytes)}`;
    this.node = element(
      "div",
      { class: "try-field of-file" },
      element("label", { for: "file" }, "File"),
      this.#input,
      element("p", { id: "file-hint", class: "facts" }, hint),
      this.#fault,
    );
  }

  get file(): File | undefined {
    return this.#input.files?.[0];
  }

  /** The media type of the file; where the browser knows none, one that the task takes. */
  get type(): string {
    const known = this.#types.find((type) => !type.includes("*"));
    return this.file?.type || known || "application/octet-stream";
  }

  complain(message: string | null): void {
    setText(this.#fault, message ?? "");
    if (message !== null) this.#input.focus();
  }
}

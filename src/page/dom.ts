/** Makes elements. Texts are text: nothing that a server sends becomes markup. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * @param attributes `true` is an attribute without a value; `false` and `undefined` leave it out
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** A button that is no submit button. */
export function button(text: string, onClick: () => void, attributes: Attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", onClick);
  return made;
}

/**
 * An element of the page as index.html has it.
 *
 * @throws Error if there is none
 */
export function requireElement(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element #${id}`);
  return found;
}

/** Changes the text only if it is another one: screen readers and selections keep their place. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Whether somebody may look at the page: its tab is the one that is shown. */
export function isInSight(): boolean {
  return document.visibilityState === "visible";
}

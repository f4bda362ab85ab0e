import { button, element } from "./dom.ts";
import type { Page } from "./page.ts";

/** A line for a terminal, with a button that copies it. */
export function copyable(text: string, page: Pick<Page, "notify">): HTMLElement {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      page.notify("Copied.");
    } catch {
      // Browsers allow it only to pages of loopback, or over TLS.
      page.notify("This browser does not let the page copy. Select the line instead.");
    }
  };
  return element(
    "div",
    { class: "copyable" },
    element("pre", { tabindex: 0 }, element("code", {}, text)),
    button("Copy", () => void copy()),
  );
}

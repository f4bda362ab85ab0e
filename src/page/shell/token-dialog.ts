import { button, element } from "../dom.ts";

/**
 * Asks for the server's token.
 *
 * @returns what was typed; undefined if the dialog was left
 */
export function askForToken(): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const input = element("input", { type: "password", autocomplete: "off", required: true });
  const dialog = element("dialog", { "aria-labelledby": "token-title" });
  const form = element(
    "form",
    {},
    element("h2", { id: "token-title" }, "This server has a token"),
    element(
      "p",
      {},
      "What you want to do needs it: the TOKEN of --token, or of its --token-file. This tab keeps it until you close it.",
    ),
    element("label", {}, "Token ", input),
    element(
      "div",
      { class: "actions" },
      button("Cancel", () => dialog.close()),
      element("button", { type: "submit", class: "main" }, "Use it"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    resolve(input.value.trim());
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(undefined);
  });
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return promise;
}

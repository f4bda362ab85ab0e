import { button, element } from "../dom.ts";

interface Question {
  readonly title: string;
  readonly text: string;
  /** On the button that says yes. */
  readonly button: string;
}

let asked = 0;

/** Asks before something is done that cannot be undone. @returns whether the user said yes */
export function confirm({ title, text, button: yes }: Question): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const id = `confirm-${++asked}`;
  const dialog = element("dialog", { "aria-labelledby": id });
  const close = (answer: boolean) => {
    resolve(answer);
    dialog.close();
  };
  dialog.append(
    element(
      "div",
      { class: "confirm" },
      element("h2", { id }, title),
      element("p", {}, text),
      element(
        "div",
        { class: "actions" },
        button("Leave them", () => close(false), { autofocus: true }),
        button(yes, () => close(true), { class: "main" }),
      ),
    ),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(false);
  });
  document.body.append(dialog);
  dialog.showModal();
  return promise;
}

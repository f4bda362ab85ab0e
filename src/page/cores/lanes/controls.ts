import { button, element } from "../../dom.ts";
import type { Picture } from "./picture.ts";

const spansSeconds = [10, 30, 60];

/** Where the space bar has a meaning of its own. */
const ownSpace = "a, button, input, select, textarea, summary, dialog";

export interface Controls {
  readonly nodes: readonly HTMLElement[];
  readonly end: () => void;
}

/** How much time is shown, and whether the picture stands still. */
export function createControls(picture: Picture, onPause: () => void): Controls {
  const stop = new AbortController();
  const toggle = button("Pause", () => {
    picture.pause(!picture.isPaused);
    toggle.textContent = picture.isPaused ? "Go on" : "Pause";
    onPause();
  });
  toggle.title = "Space";
  document.addEventListener(
    "keydown",
    (event) => {
      const { target, key } = event;
      if (key !== " " || (target instanceof Element && target.closest(ownSpace))) return;
      event.preventDefault();
      toggle.click();
    },
    { signal: stop.signal },
  );
  return { nodes: [chooseSpan(picture), toggle], end: () => stop.abort() };
}

function chooseSpan(picture: Picture): HTMLElement {
  const choices = spansSeconds.map((seconds) => {
    const checked = seconds * 1000 === picture.spanMs;
    const input = element("input", { type: "radio", name: "span", value: seconds, checked });
    input.addEventListener("change", () => {
      picture.spanMs = seconds * 1000;
      picture.show();
    });
    return element("label", {}, input, element("span", {}, `${seconds} s`));
  });
  const legend = element("legend", { class: "unseen" }, "Time that is shown");
  return element("fieldset", { class: "choice" }, legend, ...choices);
}

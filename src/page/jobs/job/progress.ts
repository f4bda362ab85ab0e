import { element } from "../../dom.ts";
import { jsonTree } from "../../output/json-tree.ts";
import { shareOf } from "./share.ts";

/** What a task has reported: a bar, where that is known, and the report itself. */
export function progressOf(progress: unknown): HTMLElement {
  const share = shareOf(progress);
  const bar = element("progress", { max: 1, value: share ?? 0, "aria-label": "Progress" });
  return element(
    "div",
    { class: "progress" },
    ...(share === null ? [] : [bar]),
    jsonTree(progress),
  );
}

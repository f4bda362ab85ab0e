import { copyable } from "../../copyable.ts";
import { element, setText } from "../../dom.ts";
import { formatTime } from "../../format.ts";
import type { Page } from "../../page.ts";
import { followChoice } from "./chooser.ts";
import { createControls } from "./controls.ts";
import { Detail } from "./detail.ts";
import { Happened } from "./happened.ts";
import { Legend } from "./legend.ts";
import { Picture } from "./picture.ts";
import { countInSight, saySight } from "./sight.ts";

/** Texts beside a moving picture change no more often. */
const textsMs = 200;

/** The lanes, with what belongs to them. @returns what ends them */
export function mountLanes(root: HTMLElement, page: Page): () => void {
  const { seen } = page;
  const canvas = element("canvas", {
    ...{ tabindex: 0, role: "application", "aria-roledescription": "time chart" },
    "aria-label": "Lanes: which run was in which slot. Arrow keys walk over the runs.",
  });
  const empty = element("div", { class: "empty", hidden: true });
  const still = element("p", { class: "still", hidden: true });
  const sight = element("p", { class: "sight" });
  const detail = new Detail();
  const legend = new Legend();
  const happened = new Happened();
  let textsAt = 0;

  function showTexts(): void {
    textsAt = Date.now();
    const counted = countInSight(picture);
    setText(sight, saySight(counted));
    empty.hidden = counted.runs + counted.together > 0 || !seen.server;
    detail.node.hidden = !empty.hidden;
    const isLost = seen.connection.kind !== "connected" && seen.server !== undefined;
    still.hidden = !picture.isPaused && !isLost;
    const why = picture.isPaused ? "Paused" : "No connection since";
    setText(still, `${why} ${formatTime(picture.now).slice(0, 8)}`);
    legend.show(picture.lanes.tasks);
    happened.show(picture.lanes.ticks);
    detail.show(picture.chosen(), picture.now);
  }

  const picture = new Picture(canvas, seen, () => {
    if (picture.isPaused || Date.now() - textsAt >= textsMs) showTexts();
  });
  followChoice(canvas, picture, detail);
  const controls = createControls(picture, showTexts);
  const explain = () => empty.replaceChildren(...explainEmpty(page));
  const unfollow = seen.onChange((change) => {
    if (change === "start") explain();
    if (change !== "runs") showTexts();
  });
  explain();
  root.append(
    element("div", { class: "bar" }, element("h2", {}, "Lanes"), ...controls.nodes),
    element("div", { class: "stage" }, canvas, still),
    ...[legend.node, element("div", { class: "bar" }, sight, happened.node)],
    ...[empty, detail.node, detail.said],
  );
  showTexts();
  return () => {
    unfollow();
    controls.end();
    legend.end();
    picture.close();
  };
}

function explainEmpty(page: Page): readonly HTMLElement[] {
  const url = page.seen.server?.url ?? "";
  return [
    element("p", {}, "Nothing runs, and nothing has run in this time. Start a run:"),
    copyable(`curl '${url}/hash'`, page),
  ];
}

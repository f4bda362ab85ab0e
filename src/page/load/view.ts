import type { ServerLoadEvent } from "../../telemetry/watch/server-load.ts";
import { button, element, setText } from "../dom.ts";
import { messageOf } from "../message-of.ts";
import { followProgram } from "../net/program-events.ts";
import type { Page } from "../page.ts";
import { sayLoad } from "./say.ts";

const names = ["plan", "load", "end", "failed"] as const;

/** Rounds of PBKDF2, by what a run of them is called. The time depends on the machine. */
const lengths: Readonly<Record<string, number>> = {
  "short runs": 2_000,
  "medium runs": 20_000,
  "long runs": 150_000,
};

/** The slider is a scale of powers: as far from 1 to 10 as from 100 to 1000. */
const mostSteps = 30;
const rateOf = (step: number) => Math.round(10 ** (step / 10));

const seconds = 30;

/** Sends requests for `hash` to this server at a rate, for a while. @returns what ends the following */
export function mountLoad(root: HTMLElement, page: Page): () => void {
  const slider = element("input", {
    ...{ type: "range", min: 0, max: mostSteps, value: 13, id: "load-rate" },
    "aria-label": "Requests a second",
  });
  const rate = element("output", { for: "load-rate" });
  const length = chooseLength();
  const start = button("Load this server", () => void begin(), { class: "main" });
  const stop = button("End it", () => void end(), { hidden: true });
  const said = element("p", { class: "said", role: "status" });
  const showRate = () => {
    setText(rate, `${rateOf(slider.valueAsNumber)} requests/s for ${seconds} s`);
    slider.setAttribute("aria-valuetext", rate.textContent ?? "");
  };
  slider.addEventListener("input", showRate);
  showRate();
  root.append(
    element("div", { class: "bar" }, element("h2", {}, "Load this server"), start, stop),
    element("div", { class: "load-order" }, length.node, element("label", {}, slider), rate),
    said,
  );

  let unfollow = () => {};

  function take(event: ServerLoadEvent): void {
    const isOver = event.event === "end" || event.event === "failed";
    start.hidden = !isOver;
    stop.hidden = isOver;
    setText(said, sayLoad(event));
  }

  function follow(): void {
    unfollow();
    unfollow = followProgram<ServerLoadEvent>({ path: "load/events", names, onEvent: take });
  }

  async function begin(): Promise<void> {
    const input = { input: "page", iterations: length.iterations() };
    const perSecond = rateOf(slider.valueAsNumber);
    const body = JSON.stringify({ task: "hash", input, perSecond, seconds });
    const headers = { "Content-Type": "application/json" };
    await page.ask("load", { method: "POST", headers, body }).then(follow, complain);
  }

  async function end(): Promise<void> {
    await page.ask("load", { method: "DELETE" }).catch(complain);
  }

  function complain(error: unknown): void {
    said.textContent = messageOf(error);
  }

  async function resume(): Promise<void> {
    const { state } = await (await page.ask("load")).json();
    if (state === "running") follow();
  }

  resume().catch(complain);
  return () => unfollow();
}

function chooseLength() {
  const inputs = Object.entries(lengths).map(([title, iterations], index) => {
    const input = element("input", {
      ...{ type: "radio", name: "load-length", value: iterations, checked: index === 1 },
    });
    return { input, label: element("label", {}, input, element("span", {}, title)) };
  });
  const legend = element("legend", { class: "unseen" }, "Length of the runs");
  return {
    node: element("fieldset", { class: "choice" }, legend, ...inputs.map(({ label }) => label)),
    iterations: () => Number(inputs.find(({ input }) => input.checked)?.input.value),
  };
}

import { element } from "../dom.ts";
import { type ShownOutput, showOutput } from "../output/output.ts";
import { type RunFacts, readServerTiming, sayRun } from "./run-facts.ts";

/** Shows the answer to a run: the output as what it is, and what the run has cost beside it. */
export async function showAnswer(answer: Response, task: string): Promise<ShownOutput> {
  const { output, run } = await readAnswer(answer);
  const shown = await showOutput(output, task);
  const facts = sayRun(run).map((text) => element("li", {}, text));
  const node = element(
    "div",
    { class: "try-answer" },
    element("ul", { class: "run-facts" }, ...facts),
    shown.node,
  );
  return { node, end: shown.end };
}

async function readAnswer(answer: Response): Promise<{ output: Blob; run: RunFacts }> {
  const timing = readServerTiming(answer.headers.get("Server-Timing"));
  const isBare = answer.headers.get("Task-Output") === "bytes";
  if (isBare || !answer.headers.get("Content-Type")?.startsWith("application/json")) {
    return { output: await answer.blob(), run: timing };
  }
  const { result, run } = (await answer.json()) as { result: unknown; run: RunFacts };
  const output = new Blob([JSON.stringify(result, null, 2)], { type: "application/json" });
  return { output, run };
}

/** Results of other tasks than the reader's own say so, wherever they stand. */
import { expect, test } from "vitest";
import { renderReport } from "../../../../bench/compare/report/report.ts";
import { writeResult } from "../../../../bench/compare/terminal/final-table.ts";
import { tellBenchVerdict } from "../../../../bench/compare/verdict/verdict.ts";
import { benchResult } from "../../../fixtures/bench-result.ts";

const note = "Measured with the tasks hash and json on this machine, not with own";

test.each([
  ["own", true],
  ["hash", false],
])("the crossover in a result of %s: labelled %j", (task, labelled) => {
  const { verdict: _, ...unjudged } = { ...benchResult, work: { ...benchResult.work, task } };
  const result = { ...unjudged, verdict: tellBenchVerdict(unjudged) };
  const { sentence = "" } = result.crossover ?? {};
  expect(result.verdict).toContain(labelled ? `${note}: ${sentence}` : sentence);
  expect(writeResult(result).includes(`${note}:\nruns/s`)).toBe(labelled);
  const html = renderReport(result);
  expect(html.includes(`<p class="notice">${note}, of which a run takes`)).toBe(labelled);
  expect(html.includes("From which size on threads pay, with hash and json</h2>")).toBe(labelled);
});

/** What the bench advises for an example, in Markdown. */
import { writeMs } from "../../command/wording.ts";
import type { BenchResult } from "../../compare/result/bench-result.ts";
import { tellBest, tellLight } from "../../compare/verdict/modes.ts";
import { findSoundModes } from "../../compare/verdict/order.ts";
import { findRestlessness } from "../../compare/verdict/restless.ts";
import { findConfidence } from "../../load/statistics/bootstrap.ts";
import { listModes } from "../readme/section.ts";

/** The result shows too little for any advice. */
export class NoAdvice extends Error {
  override readonly name = "NoAdvice";
}

/**
 * @param run what one run does
 * @param command as a reader would type it
 * @throws NoAdvice with the reason
 */
export function writeAdvice(result: BenchResult, run: string, command: string): string {
  const why = findFault(result);
  if (why !== null) throw new NoAdvice(why);
  const { work, environment, startedAt, plan } = result;
  const { cpu, cores, node } = environment;
  const [best = "", ...more] = [...tellBest(result), ...tellLight(result)];
  const sure = Math.round(100 * (findConfidence(plan.rounds) ?? 0));
  return [
    [best.replace(/^.*?\.(?= |$)/, "**$&**"), ...more].join(" "),
    listModes(result),
    `A run is ${run}: ${writeMs(work.bareRunMs)} without a server. Measured on ${startedAt.slice(0, 10)} by \`${command}\` on ${cpu}, ${cores} cores, Node ${node}. In brackets: ${sure} % intervals.`,
  ].join("\n\n");
}

/** Null if there is none. */
function findFault(result: BenchResult): string | null {
  if (result.stopped !== null) return result.stopped.reason;
  const modes = result.variants.filter(({ kind }) => kind === "mode");
  const [unsound] = modes.filter((mode) => !findSoundModes(result).includes(mode));
  if (unsound !== undefined) {
    const reasons = unsound.validity.valid ? [] : unsound.validity.reasons;
    return `${unsound.name} is INVALID: ${reasons[0] ?? "it was not measured"}`;
  }
  return findRestlessness(result);
}

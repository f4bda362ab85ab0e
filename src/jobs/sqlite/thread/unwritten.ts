import type { Reply } from "../../../channel/envelope.ts";
import type { AskedWrite } from "../../messages/commands.ts";

/** Ends that came together, as commands of their own: one must not fail the others. */
export function oneByOne(asked: AskedWrite | undefined): readonly AskedWrite[] {
  if (asked?.name !== "ends") return [];
  return asked.args.ends.map((end) => ({ ...asked, args: { ...asked.args, ends: [end] } }));
}

/** Whether a command is kept where it cannot be written: what was computed must not be lost. */
export function isKept({ name }: AskedWrite): boolean {
  return name === "end" || name === "ends" || name === "lost";
}

/** The answers to commands of which nothing is left to write. */
export function withoutUnwritten(answers: Reply[], unwritten: readonly AskedWrite[]): Reply[] {
  if (unwritten.length === 0) return answers;
  const calls = new Set(unwritten.map(({ call }) => call));
  return answers.filter(({ answer }) => !calls.has(answer));
}

import type { Reply } from "../../../channel/envelope.ts";
import { type AskedCommand, isWrite } from "../../messages/commands.ts";
import type { Harm } from "./file/harm.ts";

const severity = { submits: 1, writes: 2, everything: 3 } as const;

/** What may make jobs. A file that no path leads to would lose them with the server. */
const makers: ReadonlySet<string> = new Set(["submit", "submit-batch", "put-schedule"]);

/** Passes the commands that a harmed file can still carry out, and refuses the others. */
export class Gate {
  #harm: Harm | undefined;

  /** @returns whether this harm is worse than the one before */
  learn(harm: Harm): boolean {
    const isWorse = this.#severity < severity[harm.refuses];
    if (isWorse || this.#harm?.mayPass) this.#harm = harm;
    return isWorse;
  }

  /** The file is whole. @returns whether it was harmed before */
  recover(): boolean {
    const wasHarmed = this.#harm !== undefined;
    this.#harm = undefined;
    return wasHarmed;
  }

  /** Whether the file is harmed for good. */
  get isSettled(): boolean {
    return this.#harm !== undefined && !this.#harm.mayPass;
  }

  get allowsWrites(): boolean {
    return this.#severity < severity.writes;
  }

  get allowsReads(): boolean {
    return this.#severity < severity.everything;
  }

  sort(asked: readonly AskedCommand[]): {
    readonly passed: readonly AskedCommand[];
    readonly refused: Reply[];
  } {
    const harm = this.#harm;
    if (!harm) return { passed: asked, refused: [] };
    const refused = asked.filter((each) => this.#refuses(each));
    const passed = asked.filter((each) => !refused.includes(each));
    return { passed, refused: refused.map(({ call }) => refusal(call, harm)) };
  }

  /** For the commands of a failed group, of which nothing is certain. */
  refuseAll(asked: readonly AskedCommand[]): Reply[] {
    const harm = this.#harm;
    return harm ? asked.map(({ call }) => refusal(call, harm)) : [];
  }

  #refuses(asked: AskedCommand): boolean {
    if (makers.has(asked.name)) return true;
    return isWrite(asked) ? !this.allowsWrites : !this.allowsReads;
  }

  get #severity(): number {
    return this.#harm ? severity[this.#harm.refuses] : 0;
  }
}

function refusal(answer: number, { what, mayPass }: Harm): Reply {
  const again = mayPass ? "Try again in some seconds" : "Trying again does not help";
  const detail = `The queue's file ${what}. Nothing of this was kept. ${again}; the operator finds in the server's log what to do.`;
  return { answer, refusal: { type: "queue-unavailable", detail } };
}

import { AppError } from "../errors.ts";
import type { Side } from "./contract.ts";
import type { Reply } from "./envelope.ts";
import { type Piece, Pieces } from "./pieces.ts";
import { fromRefusal } from "./refusal.ts";

interface Waiting {
  readonly name: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
  /** What has arrived of a long answer. */
  pieces?: Pieces;
}

/** The calls of one side that wait for their answers. */
export class Awaited {
  readonly #theirs: Side["calls"];
  readonly #waiting = new Map<number, Waiting>();

  /** @param theirs the calls that the other side answers */
  constructor(theirs: Side["calls"]) {
    this.#theirs = theirs;
  }

  add(call: number, name: string): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(call, { name, resolve, reject });
    return promise;
  }

  gather(piece: Piece): void {
    const waiting = this.#waiting.get(piece.answer);
    if (!waiting) return;
    waiting.pieces ??= new Pieces();
    waiting.pieces.add(piece);
  }

  settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.answer);
    if (!waiting) return;
    this.#waiting.delete(reply.answer);
    if ("refusal" in reply) {
      waiting.reject(fromRefusal(reply.refusal));
      return;
    }
    const value = waiting.pieces ? waiting.pieces.completed(reply.value) : reply.value;
    if (this.#theirs[waiting.name]?.answer(value)) waiting.resolve(value);
    else waiting.reject(new AppError("internal-error", `The answer to ${waiting.name} is wrong.`));
  }

  rejectAll(reason: Error): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

import type { Asked } from "../../../channel/contract.ts";
import { type AskedCommand, isWrite, type StoreSide } from "../../messages/commands.ts";
import { divide, weigh } from "./weight.ts";

/** A group of this weight takes about 5 ms to write, beside the flush to the disk. */
const groupBytes = 1_200_000;

/** A lighter command may go before heavy ones. */
const lightBytes = 65_536;

interface Weighed {
  readonly asked: AskedCommand;
  readonly bytes: number;
}

/**
 * Calls that arrived at the queue's thread and are not carried out yet. It hands them out in groups,
 * each of which is one transaction. If more waits than one group may take, light submits and reads go
 * first, in a group of their own. All others keep their order: a claim stays behind the ends before
 * it, so that workers get no new jobs faster than the results of the old ones are written.
 */
export class Inbox {
  /** The call that ends the thread; undefined until it arrives. */
  close: Asked<StoreSide, "close"> | undefined;
  #first: AskedCommand[] = [];
  readonly #ordered: Weighed[] = [];
  #orderedBytes = 0;
  /** How many parts of a divided command are left, by its number. */
  readonly #parts = new Map<number, number>();
  #tookFirst = false;

  add(asked: Asked<StoreSide>): void {
    if (asked.name === "close") this.close = asked;
    else if (mayGoFirst(asked)) this.#first.push(asked);
    else this.#addOrdered(asked);
  }

  get isEmpty(): boolean {
    return this.#first.length === 0 && this.#ordered.length === 0;
  }

  /** Whether a part of this call is still to be carried out. It is answered with its last one. */
  isWaiting(call: number): boolean {
    return this.#parts.has(call);
  }

  /** What is to be carried out next, together. */
  takeGroup(): readonly AskedCommand[] {
    const hasTooMuch = this.#orderedBytes > groupBytes;
    const takesFirst = this.#first.length > 0 && !(hasTooMuch && this.#tookFirst);
    this.#tookFirst = takesFirst;
    const group = takesFirst ? this.#takeFirst() : [];
    return takesFirst && hasTooMuch ? group : [...group, ...this.#takeOrdered()];
  }

  #addOrdered(asked: AskedCommand): void {
    const parts = divide(asked, groupBytes);
    if (parts.length > 1) this.#parts.set(asked.call, parts.length);
    for (const part of parts) {
      const bytes = weigh(part);
      this.#orderedBytes += bytes;
      this.#ordered.push({ asked: part, bytes });
    }
  }

  #takeFirst(): AskedCommand[] {
    const first = this.#first;
    this.#first = [];
    return first;
  }

  /** As many as fit; one at least. */
  #takeOrdered(): AskedCommand[] {
    let bytes = 0;
    const tooMuch = this.#ordered.findIndex((each, index) => {
      bytes += each.bytes;
      return index > 0 && bytes > groupBytes;
    });
    const taken = this.#ordered.splice(0, tooMuch < 0 ? this.#ordered.length : tooMuch);
    for (const each of taken) this.#orderedBytes -= each.bytes;
    for (const { asked } of taken) this.#countPart(asked.call);
    return taken.map(({ asked }) => asked);
  }

  #countPart(call: number): void {
    const left = this.#parts.get(call);
    if (left === undefined) return;
    if (left > 1) this.#parts.set(call, left - 1);
    else this.#parts.delete(call);
  }
}

/** Nobody sees whether it was carried out before a command that came earlier. */
function mayGoFirst(asked: AskedCommand): boolean {
  if (!isWrite(asked)) return true;
  return (asked.name === "submit" || asked.name === "submit-batch") && weigh(asked) <= lightBytes;
}

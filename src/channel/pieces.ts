import type { Item, Reply } from "./envelope.ts";

/** A longer text is sent in pieces of this length. A piece takes each side well below 1 ms. */
const textPieceLength = 65_536;

/** Bytes are copied, and not written as JSON: more of them take the same time. */
const bytesPieceLength = 131_072;

/** A part of an answer that follows. `name` is the field that it belongs to. */
export interface Piece {
  readonly answer: number;
  readonly name: string;
  readonly piece: string | Uint8Array;
  /** The length of the whole, in bytes; left out for text. */
  readonly of?: number;
}

/** A part of bytes that a later message names by their number. */
export interface BytesPiece {
  readonly bytes: number;
  readonly piece: Uint8Array;
}

/** Names bytes that were sent before. */
export interface SentBytes {
  readonly number: number;
  readonly length: number;
}

export function isPiece(item: object): item is Piece {
  const { name, piece } = item as Partial<Piece>;
  return typeof name === "string" && (typeof piece === "string" || piece instanceof Uint8Array);
}

export function isBytesPiece(item: object): item is BytesPiece {
  const { bytes, piece } = item as Partial<BytesPiece>;
  return typeof bytes === "number" && piece instanceof Uint8Array;
}

/** What is to be sent next, and who hears that it has left. */
interface Due {
  readonly item: Item;
  readonly onSent?: () => void;
}

/**
 * Sends answers with a long text or with bytes, and bytes that a later message names, in pieces, one
 * after the other. Shorter messages pass between them: several results of 1 MB in the pipe would hold
 * up everybody who waits for an answer.
 */
export class PieceSender {
  readonly #send: (items: readonly Item[], onSent: () => void) => void;
  #due: Due[] = [];
  #isSending = false;

  /** @param send sends at once; `onSent` is called when that has left this process */
  constructor(send: (items: readonly Item[], onSent: () => void) => void) {
    this.#send = send;
  }

  /** @returns whether the answer is one that is sent in pieces */
  take(reply: Reply): boolean {
    const name = longFieldOf(reply);
    if (name === undefined || !("value" in reply)) return false;
    const { answer, value } = reply;
    const { [name]: whole, ...rest } = value as Record<string, string | Uint8Array>;
    for (const each of piecesOf(whole as string | Uint8Array)) {
      this.#due.push({ item: { answer, name, ...each } });
    }
    this.#start({ item: { answer, value: rest } });
    return true;
  }

  /** Sends bytes under their number. @param onSent is called when all have left this process */
  sendBytes(number: number, whole: Uint8Array, onSent: () => void): void {
    const items = piecesOf(whole).map(({ piece }) => ({ bytes: number, piece }) as BytesPiece);
    const last = items.pop();
    for (const item of items) this.#due.push({ item });
    if (last) this.#start({ item: last, onSent });
  }

  clear(): void {
    this.#due = [];
  }

  #start(last: Due): void {
    this.#due.push(last);
    if (!this.#isSending) this.#sendNext();
  }

  #sendNext(): void {
    const next = this.#due.shift();
    this.#isSending = next !== undefined;
    if (!next) return;
    this.#send([next.item], () => {
      next.onSent?.();
      this.#sendNext();
    });
  }
}

/** Views of bytes, and texts; at least one. */
function piecesOf(whole: string | Uint8Array): Pick<Piece, "piece" | "of">[] {
  const pieces: Pick<Piece, "piece" | "of">[] = [];
  let at = 0;
  do {
    if (typeof whole === "string") pieces.push({ piece: whole.slice(at, at + textPieceLength) });
    else pieces.push({ piece: whole.subarray(at, at + bytesPieceLength), of: whole.length });
    at += typeof whole === "string" ? textPieceLength : bytesPieceLength;
  } while (at < whole.length);
  return pieces;
}

/** The first field with a long text, or with bytes; undefined where there is none. */
function longFieldOf(reply: Reply): string | undefined {
  if (!("value" in reply) || typeof reply.value !== "object" || reply.value === null) {
    return undefined;
  }
  return Object.entries(reply.value).find(([, value]) => isLong(value))?.[0];
}

function isLong(value: unknown): boolean {
  if (typeof value === "string") return value.length > textPieceLength;
  return value instanceof Uint8Array;
}

interface BegunBytes {
  readonly whole: Uint8Array;
  at: number;
}

/** Puts the pieces of one answer together. A user's task may forge them: nothing here throws. */
export class Pieces {
  readonly #texts = new Map<string, string>();
  readonly #bytes = new Map<string, BegunBytes>();
  #isWrong = false;

  add({ name, piece, of = 0 }: Piece): void {
    if (typeof piece === "string") {
      this.#texts.set(name, (this.#texts.get(name) ?? "") + piece);
      return;
    }
    const begun = this.#bytes.get(name) ?? this.#begin(name, of);
    if (!begun || begun.at + piece.length > begun.whole.length) {
      this.#isWrong = true;
      return;
    }
    begun.whole.set(piece, begun.at);
    begun.at += piece.length;
  }

  /** @returns the answer with its texts and bytes; undefined if these are not whole */
  completed(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const begun = [...this.#bytes];
    if (this.#isWrong || begun.some(([, { whole, at }]) => at < whole.length)) return undefined;
    const bytes = begun.map(([name, { whole }]) => [name, whole]);
    return { ...value, ...Object.fromEntries(this.#texts), ...Object.fromEntries(bytes) };
  }

  #begin(name: string, length: number): BegunBytes | undefined {
    try {
      const begun = { whole: new Uint8Array(length), at: 0 };
      this.#bytes.set(name, begun);
      return begun;
    } catch {
      return undefined; // No length of bytes.
    }
  }
}

/** Bytes that have arrived, until a message names them. A user's task may forge them: bounded. */
export class ReceivedBytes {
  readonly #mostBytes: number;
  readonly #byNumber = new Map<number, Uint8Array<ArrayBuffer>[]>();
  #length = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  add({ bytes, piece }: BytesPiece): void {
    if (this.#length + piece.length > this.#mostBytes) return;
    this.#length += piece.length;
    const pieces = this.#byNumber.get(bytes) ?? [];
    pieces.push(new Uint8Array(piece)); // It is a part of its message.
    this.#byNumber.set(bytes, pieces);
  }

  /** In pieces with buffers of their own; undefined where they have not all arrived. */
  take({ number, length }: SentBytes): readonly Uint8Array<ArrayBuffer>[] | undefined {
    const pieces = this.#byNumber.get(number) ?? [];
    this.#byNumber.delete(number);
    const arrived = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.#length -= arrived;
    return pieces.length > 0 && arrived === length ? pieces : undefined;
  }
}

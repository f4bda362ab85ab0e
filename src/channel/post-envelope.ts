import type { Envelope } from "./envelope.ts";
import { isBytesPiece, isPiece } from "./pieces.ts";

/** The port of a thread, or the thread. */
interface Port {
  postMessage(message: Envelope, moved: ArrayBuffer[]): void;
}

/**
 * Posts an envelope to a thread, with answers in pieces (pieces.ts). A piece is a view of the whole,
 * and a view crosses with all of its buffer: so each piece gets a buffer of its own, which is moved.
 *
 * @param onSent is called in a later turn, so that other messages pass between two pieces
 */
export function postEnvelope(port: Port, { service, items }: Envelope, onSent?: () => void): void {
  const moved: ArrayBuffer[] = [];
  const own = items.map((item) => {
    if (!isBytesIn(item)) return item;
    const piece = new Uint8Array(item.piece);
    moved.push(piece.buffer);
    return { ...item, piece };
  });
  port.postMessage({ service, items: own }, moved);
  if (onSent) setImmediate(onSent);
}

function isBytesIn(item: unknown): item is { readonly piece: Uint8Array } {
  if (typeof item !== "object" || item === null) return false;
  return (isPiece(item) || isBytesPiece(item)) && item.piece instanceof Uint8Array;
}

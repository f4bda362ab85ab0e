/**
 * The form of an envelope between two processes. Node clones what they send each other
 * (`serialization: "advanced"`), because JSON holds no bytes. To clone many small objects takes a
 * third more time than to write them as JSON: so an envelope goes as one text, unless it has bytes.
 */
import { type Envelope, isEnvelope } from "./envelope.ts";
import { isBytesPiece, isPiece } from "./pieces.ts";

interface WrittenEnvelope {
  readonly service: string;
  /** The items, as JSON. */
  readonly text: string;
}

export function toWire(envelope: Envelope): Envelope | WrittenEnvelope {
  const { service, items } = envelope;
  return items.some(hasBytes) ? envelope : { service, text: JSON.stringify(items) };
}

/** Whom a message is for, before it is read; undefined if it is no envelope. */
export function serviceOf(message: unknown): unknown {
  return typeof message === "object" && message !== null && "service" in message
    ? message.service
    : undefined;
}

/** @returns what arrived, as an envelope; undefined if it is anything else */
export function fromWire(message: unknown): Envelope | undefined {
  if (isEnvelope(message)) return message;
  if (typeof message !== "object" || message === null) return undefined;
  const { service, text } = message as Partial<WrittenEnvelope>;
  if (typeof service !== "string" || typeof text !== "string") return undefined;
  try {
    const read = { service, items: JSON.parse(text) as unknown };
    return isEnvelope(read) ? read : undefined;
  } catch {
    return undefined; // A user's task may send anything.
  }
}

function hasBytes(item: unknown): boolean {
  if (typeof item !== "object" || item === null || !("piece" in item)) return false;
  return isBytesPiece(item) || (isPiece(item) && typeof item.piece !== "string");
}

/**
 * What the primary and its workers say to each other. A worker may run a user's task on its event
 * loop, and that may send anything, as may `node --watch`: what arrives is checked before it is used.
 */

/**
 * The file descriptor of each worker's lifeline: a pipe to the primary, which only the worker's
 * watchdog holds. Each side sees by it when the other is gone.
 */
export const lifelineDescriptor = 4;

/** Each kind of message from a worker, with what its body must be. */
const fromWorker = {
  /** It listens and takes requests. */
  ready: {},
  /** It cannot serve; it is about to exit. */
  "boot-failed": { message: "string" },
  /** A run in it does not end. It finishes the others and ends; the message says why. */
  hung: { message: "string" },
} as const satisfies Shapes;

/** Each kind of message from the primary, with what its body must be. */
const fromPrimary = {
  /** Accept no more, finish what runs, and exit with code 0. */
  drain: {},
  /** How many workers are ready now, of how many. */
  workers: { ready: "number", total: "number" },
} as const satisfies Shapes;

/** What a watchdog says through the lifeline, with what its body must be. */
const fromWatchdog = {
  /** The event loop is held for too long, by one of these runs: it ends the process now. */
  held: { heldMs: "number", runs: "strings" },
} as const satisfies Shapes;

export type WatchdogMessage = MessageOf<typeof fromWatchdog>;
export type WorkerMessage = MessageOf<typeof fromWorker>;
export type PrimaryMessage = MessageOf<typeof fromPrimary>;

export function isWorkerMessage(value: unknown): value is WorkerMessage {
  return matches(value, fromWorker);
}

export function isPrimaryMessage(value: unknown): value is PrimaryMessage {
  return matches(value, fromPrimary);
}

export function isWatchdogMessage(value: unknown): value is WatchdogMessage {
  return matches(value, fromWatchdog);
}

interface FieldTypes {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly strings: readonly string[];
}

type Shapes = Readonly<Record<string, Readonly<Record<string, keyof FieldTypes>>>>;

type MessageOf<All extends Shapes> = {
  [Type in keyof All]: { readonly type: Type } & {
    readonly [Field in keyof All[Type]]: FieldTypes[All[Type][Field]];
  };
}[keyof All];

function matches(value: unknown, shapes: Shapes): boolean {
  if (typeof value !== "object" || value === null) return false;
  const message = value as Readonly<Record<string, unknown>>;
  if (typeof message["type"] !== "string" || !Object.hasOwn(shapes, message["type"])) return false;
  const fields = Object.entries(shapes[message["type"]] ?? {});
  return fields.every(([field, type]) => isOf(message[field], type));
}

function isOf(value: unknown, type: keyof FieldTypes): boolean {
  if (type !== "strings") return typeof value === type;
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

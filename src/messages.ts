/**
 * What the primary and its workers say to each other. A worker may run a user's task on its event
 * loop, and that may send anything, as may `node --watch`: what arrives is checked before it is used.
 */

/** Each kind of message from a worker, with what its body must be. */
const fromWorker = {
  /** It listens and takes requests. */
  ready: {},
  /** It cannot serve; it is about to exit. */
  "boot-failed": { message: "string" },
} as const satisfies Shapes;

/** Each kind of message from the primary, with what its body must be. */
const fromPrimary = {
  /** Accept no more, finish what runs, and exit with code 0. */
  drain: {},
} as const satisfies Shapes;

export type WorkerMessage = MessageOf<typeof fromWorker>;
export type PrimaryMessage = MessageOf<typeof fromPrimary>;

export function isWorkerMessage(value: unknown): value is WorkerMessage {
  return matches(value, fromWorker);
}

export function isPrimaryMessage(value: unknown): value is PrimaryMessage {
  return matches(value, fromPrimary);
}

interface FieldTypes {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
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
  return fields.every(([field, type]) => typeof message[field] === type);
}

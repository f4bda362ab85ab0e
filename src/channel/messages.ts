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
  /**
   * A run in it does not end, so it ends: the message says why. Where the event loop is held, its
   * watchdog says this through the lifeline. `runs`: any of them may be to blame; none, where nobody
   * knows.
   */
  hung: { message: "string", runs: "runs" },
} as const satisfies Shapes;

/** Each kind of message from the primary, with what its body must be. */
const fromPrimary = {
  /** Accept no more, finish what runs, and exit with code 0. */
  drain: {},
  /** How many workers are ready now, of how many. */
  workers: { ready: "number", total: "number" },
} as const satisfies Shapes;

/** A run that does not end, as far as other processes know it. */
export interface HungRun {
  readonly task: string;
  /** Which attempt of which job it is; undefined for the run of a client. */
  readonly attempt?: { readonly id: string; readonly token: number } | undefined;
}

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
  readonly runs: readonly HungRun[];
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
  if (type !== "runs") return typeof value === type;
  return Array.isArray(value) && value.every(isHungRun);
}

function isHungRun(value: unknown): value is HungRun {
  const { task, attempt } = Object(value) as { task?: unknown; attempt?: unknown };
  if (attempt === undefined) return typeof task === "string";
  const { id, token } = Object(attempt) as { id?: unknown; token?: unknown };
  return typeof task === "string" && typeof id === "string" && typeof token === "number";
}

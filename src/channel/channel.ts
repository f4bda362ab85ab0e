import { AppError } from "../errors.ts";
import { Awaited } from "./awaited.ts";
import type { AnswerTo, Asked, CallArgs, CallHandlers, CallName, NoteArgs } from "./contract.ts";
import { type Fields, fits, type NoteHandlers, type NoteName, type Side } from "./contract.ts";
import type { Call, Envelope, Item, Note, Reply, SendEnvelope, ServiceName } from "./envelope.ts";
import { Outbox } from "./outbox.ts";
import { isBytesPiece, isPiece, PieceSender, ReceivedBytes, type SentBytes } from "./pieces.ts";
import { toRefusal } from "./refusal.ts";

export interface ChannelOptions<Mine extends Side, Theirs extends Side> {
  /** The name on each envelope. */
  readonly service: ServiceName;
  /** What this side answers and takes. */
  readonly mine: Mine;
  /** What the other side answers and takes. */
  readonly theirs: Theirs;
  readonly send: SendEnvelope;
  readonly notes: NoteHandlers<Mine>;
  /**
   * Answers with long texts or with bytes leave in pieces, and so does `sendBytes`. Then `send` must
   * call its `onSent`. Default: whole.
   */
  readonly inPieces?: boolean;
  /** The most that is kept of bytes that the other side has sent, until they are taken. Default: 0. */
  readonly mostBytes?: number;
  /** A function for each call; or one for all, which answers each by `reply`, at any time. */
  readonly calls: CallHandlers<Mine> | ((asked: Asked<Mine>) => void);
}

/**
 * One side of a channel. It sends calls, which are answered, and notes, which are not. What it sends
 * in one turn of the event loop leaves as one envelope. A task may forge what arrives, so each item
 * is checked against the contract before a handler gets it.
 *
 * To add a message between worker and primary:
 * 1. Add its name and fields to the side that takes it, in supervision.ts. (Messages of the queue:
 *    jobs/messages/worker-contract.ts. A service of its own: a name in envelope.ts, a contract.)
 * 2. The compiler asks for its handler where that side makes its Channel: worker/primary-link.ts, or
 *    primary/processes/forks.ts. Write it there.
 * 3. Send it from the other file: `note(name, fields)`, or `await call(name, fields)`.
 */
export class Channel<Mine extends Side, Theirs extends Side> {
  readonly #mine: Mine;
  readonly #notes: Readonly<Record<string, (args: never) => void>>;
  readonly #onCall: (asked: Asked<Mine>) => void;
  readonly #outbox: Outbox<Item>;
  readonly #pieces: PieceSender | undefined;
  readonly #received: ReceivedBytes;
  /** Buffers that go with what waits in the outbox. */
  #moved: ArrayBuffer[] = [];
  #lastBytes = 0;
  readonly #awaited: Awaited;
  #lastCall = 0;
  #closedBy: Error | undefined;

  constructor(options: ChannelOptions<Mine, Theirs>) {
    const { service, mine, theirs, send, notes, calls, inPieces } = options;
    this.#mine = mine;
    this.#awaited = new Awaited(theirs.calls);
    this.#notes = notes;
    this.#onCall =
      typeof calls === "function" ? calls : (asked) => void this.#carryOut(calls, asked);
    this.#outbox = new Outbox((items, onSent) =>
      send({ service, items }, onSent, this.#moved.splice(0)),
    );
    this.#received = new ReceivedBytes(options.mostBytes ?? 0);
    if (inPieces)
      this.#pieces = new PieceSender((items, onSent) => send({ service, items }, onSent));
  }

  /**
   * @param moved buffers in the arguments that go to the other thread without a copy
   * @throws AppError with which the other side refuses; the reason of `close` once it was called
   */
  call<Name extends CallName<Theirs>>(
    name: Name,
    args: CallArgs<Theirs, Name>,
    moved: readonly ArrayBuffer[] = [],
  ): Promise<AnswerTo<Theirs, Name>> {
    if (this.#closedBy) return Promise.reject(this.#closedBy);
    const call = ++this.#lastCall;
    this.#moved.push(...moved);
    this.#outbox.post({ call, name, args });
    return this.#awaited.add(call, name) as Promise<AnswerTo<Theirs, Name>>;
  }

  note<Name extends NoteName<Theirs>>(name: Name, args: NoteArgs<Theirs, Name>): void {
    if (!this.#closedBy) this.#outbox.post({ name, args });
  }

  /** Answers a call where one function takes all calls. `answer` is the number of the call. */
  reply(reply: Reply, moved: readonly ArrayBuffer[] = []): void {
    if (this.#closedBy || this.#pieces?.take(reply)) return;
    this.#moved.push(...moved);
    this.#outbox.post(reply);
  }

  /**
   * Sends bytes, in pieces, between which other messages pass. They must not change until then.
   *
   * @returns what names them in a message, once they have left
   */
  sendBytes(bytes: Uint8Array): Promise<SentBytes> {
    if (this.#closedBy) return Promise.reject(this.#closedBy);
    const sent = { number: ++this.#lastBytes, length: bytes.length };
    return new Promise((resolve) =>
      this.#pieces?.sendBytes(sent.number, bytes, () => resolve(sent)),
    );
  }

  /** Bytes that the other side has sent; undefined if they have not all arrived. Only once. */
  takeBytes(sent: SentBytes): readonly Uint8Array<ArrayBuffer>[] | undefined {
    return this.#received.take(sent);
  }

  /**
   * Sends at once what waits for the end of this turn.
   *
   * @param onSent is called when it has left this process; never where nothing waits
   */
  flush(onSent?: () => void): void {
    this.#outbox.flush(onSent);
  }

  /** Takes what arrived. Only a handler of a note can make it throw. */
  take({ items }: Envelope): void {
    if (this.#closedBy) return;
    for (const item of items) this.#take(item);
  }

  /** The other side is gone. Calls, waiting and later ones, reject with the reason. */
  close(reason: Error): void {
    if (this.#closedBy) return;
    this.#closedBy = reason;
    this.#outbox.clear();
    this.#moved = [];
    this.#pieces?.clear();
    this.#awaited.rejectAll(reason);
  }

  #take(item: unknown): void {
    if (typeof item !== "object" || item === null) return;
    const { answer, call, name } = item as { answer?: unknown; call?: unknown; name?: unknown };
    if (typeof answer === "number" && isPiece(item)) this.#awaited.gather(item);
    else if (typeof answer === "number") this.#awaited.settle(item as Reply);
    else if (isBytesPiece(item)) this.#received.add(item);
    else if (typeof name !== "string") return;
    else if (call === undefined) this.#noted(item as Note);
    else if (typeof call === "number") this.#called(item as Call);
  }

  #noted({ name, args }: Note): void {
    const { notes } = this.#mine;
    if (!Object.hasOwn(notes, name) || !isFit(args, notes[name] ?? {})) return;
    this.#notes[name]?.(args as never);
  }

  #called(asked: Call): void {
    const { call, name, args } = asked;
    const { calls } = this.#mine;
    const known = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (known && isFit(args, known.args)) this.#onCall(asked as Asked<Mine>);
    else this.reply({ answer: call, refusal: toRefusal(unknownCall(name)) });
  }

  async #carryOut(handlers: CallHandlers<Mine>, { call, name, args }: Asked<Mine>): Promise<void> {
    try {
      this.reply({ answer: call, value: await handlers[name](args) });
    } catch (error) {
      this.reply({ answer: call, refusal: toRefusal(error) });
    }
  }
}

/** A check that fails on what was forged must not end this process. */
function isFit<Each extends Fields>(args: unknown, fields: Each): boolean {
  try {
    return fits(args, fields);
  } catch {
    return false;
  }
}

function unknownCall(name: string): AppError {
  return new AppError("internal-error", `The server does not know the call ${name}.`);
}

import { AppError } from "../errors.ts";
import type { AnswerTo, Asked, CallArgs, CallHandlers, CallName, NoteArgs } from "./contract.ts";
import { fits, type NoteHandlers, type NoteName, type Side } from "./contract.ts";
import type { Call, Envelope, Item, Note, Reply, SendEnvelope, ServiceName } from "./envelope.ts";
import { Outbox } from "./outbox.ts";
import { fromRefusal, toRefusal } from "./refusal.ts";

export interface ChannelOptions<Mine extends Side, Theirs extends Side> {
  /** The name on each envelope. */
  readonly service: ServiceName;
  /** What this side answers and takes. */
  readonly mine: Mine;
  /** What the other side answers and takes. */
  readonly theirs: Theirs;
  readonly send: SendEnvelope;
  readonly notes: NoteHandlers<Mine>;
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
 *    jobs/sqlite/worker-contract.ts. A service of its own: a name in envelope.ts, a contract.)
 * 2. The compiler asks for its handler where that side makes its Channel: worker/primary-link.ts, or
 *    primary/processes/forks.ts. Write it there.
 * 3. Send it from the other file: `note(name, fields)`, or `await call(name, fields)`.
 */
export class Channel<Mine extends Side, Theirs extends Side> {
  readonly #mine: Mine;
  readonly #theirs: Theirs;
  readonly #notes: Readonly<Record<string, (args: never) => void>>;
  readonly #onCall: (asked: Asked<Mine>) => void;
  readonly #outbox: Outbox<Item>;
  readonly #waiting = new Map<number, Waiting>();
  #lastCall = 0;
  #closedBy: Error | undefined;

  constructor(options: ChannelOptions<Mine, Theirs>) {
    const { service, mine, theirs, send, notes, calls } = options;
    this.#mine = mine;
    this.#theirs = theirs;
    this.#notes = notes;
    this.#onCall =
      typeof calls === "function" ? calls : (asked) => void this.#carryOut(calls, asked);
    this.#outbox = new Outbox((items, onSent) => send({ service, items }, onSent));
  }

  /** @throws AppError with which the other side refuses; the reason of `close` once it was called */
  call<Name extends CallName<Theirs>>(
    name: Name,
    args: CallArgs<Theirs, Name>,
  ): Promise<AnswerTo<Theirs, Name>> {
    if (this.#closedBy) return Promise.reject(this.#closedBy);
    const call = ++this.#lastCall;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(call, { name, resolve, reject });
    this.#outbox.post({ call, name, args });
    return promise as Promise<AnswerTo<Theirs, Name>>;
  }

  note<Name extends NoteName<Theirs>>(name: Name, args: NoteArgs<Theirs, Name>): void {
    if (!this.#closedBy) this.#outbox.post({ name, args });
  }

  /** Answers a call where one function takes all calls. `answer` is the number of the call. */
  reply(reply: Reply): void {
    if (!this.#closedBy) this.#outbox.post(reply);
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
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  #take(item: unknown): void {
    if (typeof item !== "object" || item === null) return;
    const { answer, call, name } = item as { answer?: unknown; call?: unknown; name?: unknown };
    if (typeof answer === "number") this.#settle(item as Reply);
    else if (typeof name !== "string") return;
    else if (call === undefined) this.#noted(item as Note);
    else if (typeof call === "number") this.#called(item as Call);
  }

  #noted({ name, args }: Note): void {
    const { notes } = this.#mine;
    if (!Object.hasOwn(notes, name) || !fits(args, notes[name] ?? {})) return;
    this.#notes[name]?.(args as never);
  }

  #called(asked: Call): void {
    const { call, name, args } = asked;
    const { calls } = this.#mine;
    const known = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (known && fits(args, known.args)) this.#onCall(asked as Asked<Mine>);
    else this.reply({ answer: call, refusal: toRefusal(unknownCall(name)) });
  }

  async #carryOut(handlers: CallHandlers<Mine>, { call, name, args }: Asked<Mine>): Promise<void> {
    try {
      this.reply({ answer: call, value: await handlers[name](args) });
    } catch (error) {
      this.reply({ answer: call, refusal: toRefusal(error) });
    }
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.answer);
    if (!waiting) return;
    this.#waiting.delete(reply.answer);
    if ("refusal" in reply) waiting.reject(fromRefusal(reply.refusal));
    else if (this.#theirs.calls[waiting.name]?.answer(reply.value)) waiting.resolve(reply.value);
    else waiting.reject(new AppError("internal-error", `The answer to ${waiting.name} is wrong.`));
  }
}

interface Waiting {
  readonly name: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

function unknownCall(name: string): AppError {
  return new AppError("internal-error", `The server does not know the call ${name}.`);
}

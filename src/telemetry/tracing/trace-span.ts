import type { Span, SpanStatusCode } from "@opentelemetry/api";
import type { TraceIds } from "../events.ts";
import type { Carrier } from "./carrier.ts";

export type SpanKind = "SERVER" | "CLIENT" | "CONSUMER" | "INTERNAL";

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** How a span stands in its trace. */
interface Standing {
  call<Returned>(call: () => Returned): Returned;
  carrier(): Carrier;
  parent(): Carrier;
  readonly errorStatus: SpanStatusCode.ERROR;
}

/** A span that was begun. Whoever began it ends it, once. */
export class TraceSpan {
  readonly #span: Span;
  readonly #standing: Standing;

  constructor(span: Span, standing: Standing) {
    this.#span = span;
    this.#standing = standing;
  }

  get ids(): TraceIds {
    const { traceId, spanId } = this.#span.spanContext();
    return { traceId, spanId };
  }

  /** What names it in another process or thread, or in the headers of a request. */
  get carrier(): Carrier {
    return this.#standing.carrier();
  }

  /** The same of what it is part of; empty if that is nothing. */
  get parent(): Carrier {
    return this.#standing.parent();
  }

  /** False if the sampler left it out: attributes would go nowhere. */
  get isRecording(): boolean {
    return this.#span.isRecording();
  }

  /** Calls with its context active: what begins in it, asynchronous code included, is part of it. */
  within<Returned>(call: () => Returned): Returned {
    return this.#standing.call(call);
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(attributes);
  }

  rename(name: string): void {
    this.#span.updateName(name);
  }

  /**
   * It has failed. Messages stay in the log, which has its ids: they may hold what the client sent,
   * and spans leave the machine.
   *
   * @param type such as a problem's type
   */
  fail(type: string): void {
    this.#span.setAttribute("error.type", type);
    this.#span.setStatus({ code: this.#standing.errorStatus });
  }

  /** @param agoMs how long ago it has ended */
  end(agoMs = 0): void {
    this.#span.end(agoMs > 0 ? Date.now() - agoMs : undefined);
  }
}

/**
 * Spans by OpenTelemetry's API, where the user's program has set up an SDK. Without one there is no
 * `Tracing`, and nothing here costs anything: whoever could make a span checks for undefined.
 */
import type { Context, Span, SpanOptions, Tracer } from "@opentelemetry/api";
import type { TraceIds } from "../events.ts";
import { type Carrier, readTraceparent, writeTraceparent } from "./carrier.ts";
import { type SpanAttributes, type SpanKind, TraceSpan } from "./trace-span.ts";

type Api = typeof import("@opentelemetry/api");

/** What a span begins with. */
export interface SpanStart {
  readonly kind: SpanKind;
  readonly attributes?: SpanAttributes;
  /**
   * What it is part of: a span of elsewhere, or null for nothing. If left out, the span whose context
   * is active.
   */
  readonly parent?: Carrier | null;
  /** The headers of a request from outside, instead. They are read by the SDK's propagator. */
  readonly headers?: Headers;
}

/** A carrier, or the headers of a request. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

const reader = {
  get: (carrier: Headers, name: string) => carrier[name],
  keys: (carrier: object) => Object.keys(carrier),
};

export class Tracing {
  readonly #api: Api;
  readonly #tracer: Tracer;
  /** The key of contexts that this server has made. */
  readonly #isOurs: symbol;

  constructor(api: Api, tracer: Tracer) {
    this.#api = api;
    this.#isOurs = api.createContextKey("manycore");
    this.#tracer = tracer;
  }

  begin(name: string, { kind, attributes, parent, headers }: SpanStart): TraceSpan {
    const { SpanKind: kinds } = this.#api;
    const options: SpanOptions = { kind: kinds[kind], ...(attributes && { attributes }) };
    const around = headers ? this.#outside(headers) : this.#inside(parent);
    return this.#wrap(this.#tracer.startSpan(name, options, around), around);
  }

  /** Of the span whose context is active, for a line of the log. */
  activeIds(): TraceIds | undefined {
    const active = this.#api.trace.getActiveSpan()?.spanContext();
    return active && { traceId: active.traceId, spanId: active.spanId };
  }

  /** The active span, if somebody else began it: another library that makes spans of requests. */
  foreign(): TraceSpan | undefined {
    const { context, trace } = this.#api;
    const around = context.active();
    const span = around.getValue(this.#isOurs) ? undefined : trace.getSpan(around);
    return span && this.#wrap(span, around);
  }

  /** Calls in the context of a span of elsewhere: what begins in it is part of that. */
  within<Returned>(carrier: Carrier, call: () => Returned): Returned {
    return this.#api.context.with(this.#inside(carrier), call);
  }

  /** Writes to its exporter what the SDK has kept, for at most so long. Never throws. */
  async flush(withinMs: number): Promise<void> {
    const provider = delegateOf(this.#api.trace.getTracerProvider());
    if (!provider.forceFlush) return;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, withinMs);
    try {
      await Promise.race([provider.forceFlush(), late.promise]);
    } catch {
      // The SDK has told of it (`diag`), if it was asked to.
    } finally {
      clearTimeout(timer);
    }
  }

  #wrap(span: Span, around: Context): TraceSpan {
    const { context, trace, SpanStatusCode } = this.#api;
    const within = trace.setSpan(around, span).setValue(this.#isOurs, true);
    return new TraceSpan(span, {
      call: (call) => context.with(within, call),
      carrier: () => this.#carrierOf(within, span),
      parent: () => this.#carrierOf(around, trace.getSpan(around)),
      errorStatus: SpanStatusCode.ERROR,
    });
  }

  /** The user's SDK decides whether a client may name a trace, and in which header. */
  #outside(headers: Headers): Context {
    const { propagation, ROOT_CONTEXT } = this.#api;
    return propagation.extract(ROOT_CONTEXT, headers, reader);
  }

  /** Between parts of the server, and with jobs: W3C Trace Context, whatever the SDK uses outside. */
  #inside(carrier: Carrier | null | undefined): Context {
    const { context, propagation, trace, ROOT_CONTEXT } = this.#api;
    if (carrier === undefined) return context.active();
    if (carrier === null) return ROOT_CONTEXT;
    const around = propagation.extract(ROOT_CONTEXT, carrier, reader);
    const named = readTraceparent(carrier["traceparent"] ?? "");
    if (!named || trace.getSpanContext(around)) return around;
    return trace.setSpanContext(around, { ...named, isRemote: true });
  }

  #carrierOf(within: Context, span: Span | undefined): Carrier {
    const { propagation, isSpanContextValid } = this.#api;
    const name = span?.spanContext();
    const carrier: Record<string, string> = {};
    if (name && isSpanContextValid(name)) carrier["traceparent"] = writeTraceparent(name);
    propagation.inject(within, carrier);
    return carrier;
  }
}

interface Flushing {
  forceFlush?(): Promise<void>;
}

function delegateOf(provider: object): Flushing {
  const { getDelegate } = provider as { getDelegate?: () => Flushing };
  return getDelegate ? getDelegate.call(provider) : (provider as Flushing);
}

/** Tracing inside a test's own process. */
import * as api from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { Tracing } from "../../src/telemetry/tracing/tracing.ts";
import { type PlainSpan, plainSpan } from "../fixtures/tracing/plain-span.ts";

/** An SDK that keeps its spans. While it is there, contexts work in this process. */
export class TestSdk implements Disposable {
  readonly tracing: Tracing;
  readonly tracer: api.Tracer;
  readonly #exporter = new InMemorySpanExporter();

  constructor() {
    const processor = new SimpleSpanProcessor(this.#exporter);
    this.tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer("test");
    this.tracing = new Tracing(api, this.tracer);
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  }

  /** Those that have ended, in that order. */
  get spans(): PlainSpan[] {
    return this.#exporter.getFinishedSpans().map(plainSpan);
  }

  [Symbol.dispose](): void {
    api.context.disable();
    api.propagation.disable();
  }
}

import type { Tracer, TracerProvider } from "@opentelemetry/api";
import type { Tracing } from "./tracing.ts";

/** The key under which the API keeps what an SDK has registered, in any version 1 of the API. */
const registered = Symbol.for("opentelemetry.js.api.1");

/**
 * Finds out whether an SDK of OpenTelemetry is set up in this process or thread. Called once, at the
 * boot. Without an SDK nothing is loaded: the API alone takes 30 ms.
 */
export async function findTracing(): Promise<Tracing | undefined> {
  if (!mayTrace()) return undefined;
  const api = await import("@opentelemetry/api");
  const tracer = tracerOf(api.trace.getTracerProvider());
  if (!tracer) return undefined; // Something else of the API was set up, such as its log.
  const { Tracing } = await import("./tracing.ts");
  return new Tracing(api, tracer);
}

/** Whether anything of OpenTelemetry is set up in this process or thread. */
export function mayTrace(): boolean {
  return registered in globalThis;
}

/** The API puts a proxy before a provider. Without an SDK it has no tracer behind it. */
function tracerOf(
  provider: TracerProvider & { getDelegateTracer?(name: string): Tracer | undefined },
): Tracer | undefined {
  if (provider.getDelegateTracer) return provider.getDelegateTracer("manycore");
  return provider.getTracer("manycore");
}

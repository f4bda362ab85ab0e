import type { Carrier } from "../../../telemetry/tracing/carrier.ts";
import type { Tracing } from "../../../telemetry/tracing/tracing.ts";
import type { DueDelivery, SentWebhook } from "../../delivery.ts";

type Post = (headers: Carrier) => Promise<SentWebhook | undefined>;

/**
 * Sends a webhook with the trace of its job in `traceparent`. With an SDK of OpenTelemetry, each
 * attempt to send it is a span of that trace. Its URL is no attribute: it may hold a secret.
 */
export async function postTraced(
  tracing: Tracing | undefined,
  { id, url, traceparent }: DueDelivery,
  post: Post,
): Promise<SentWebhook | undefined> {
  const parent = traceparent === undefined ? null : { traceparent };
  if (!tracing) return post(parent ?? {});
  const { hostname, port, protocol } = URL.parse(url) ?? {};
  const attributes = {
    "http.request.method": "POST",
    "server.address": hostname,
    "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
    "manycore.webhook.id": id,
  };
  const span = tracing.begin("POST", { kind: "CLIENT", attributes, parent });
  const sent = await span.within(() => post(span.carrier));
  if (sent) span.set({ "http.response.status_code": sent.status ?? undefined });
  if (sent && sent.error !== null) span.fail(String(sent.status ?? "not-sent"));
  span.end();
  return sent;
}

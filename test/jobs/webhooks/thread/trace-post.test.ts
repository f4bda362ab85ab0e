import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DueDelivery, SentWebhook } from "../../../../src/jobs/delivery.ts";
import { postTraced } from "../../../../src/jobs/webhooks/thread/trace-post.ts";
import type { Carrier } from "../../../../src/telemetry/tracing/carrier.ts";
import { TestSdk } from "../../../helpers/traced.ts";

const [traceId, spanId] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
const traceparent = `00-${traceId}-${spanId}-01`;
const url = "https://hooks.example/SECRET?SECRET";
const plain: DueDelivery = {
  claim: { seq: 1, token: 1 },
  ...{ id: "msg_1", url, host: "hooks.example", body: "{}" },
};
const arrived: SentWebhook = {
  ...{ startedAt: 0, durationMs: 1, status: 204, error: null, retryAfterMs: null },
};

/** What a post got, and what came of it. */
async function headersOf(
  delivery: DueDelivery,
  tracing?: TestSdk["tracing"],
  sent: SentWebhook | undefined = arrived,
): Promise<Carrier> {
  let headers: Carrier = {};
  await postTraced(tracing, delivery, async (given) => {
    headers = given;
    return sent;
  });
  return headers;
}

describe("without an SDK", () => {
  test("the trace of the job is passed on as it is", async () => {
    expect(await headersOf({ ...plain, traceparent })).toEqual({ traceparent });
  });

  test("a job without a trace has a webhook without one", async () => {
    expect(await headersOf(plain)).toEqual({});
  });
});

describe("with an SDK", () => {
  let sdk: TestSdk;
  beforeEach(() => {
    sdk = new TestSdk();
  });
  afterEach(() => sdk[Symbol.dispose]());

  test("a webhook is a span of its job's trace, and names it", async () => {
    const headers = await headersOf({ ...plain, traceparent }, sdk.tracing);
    const [span] = sdk.spans;
    expect(span).toMatchObject({ name: "POST", kind: 2, traceId, parent: spanId, status: 0 });
    expect(span?.attributes).toMatchObject({
      "server.address": "hooks.example",
      "server.port": 443,
      "http.response.status_code": 204,
      "manycore.webhook.id": "msg_1",
    });
    expect(headers).toEqual({ traceparent: `00-${traceId}-${span?.spanId}-01` });
    expect(JSON.stringify(sdk.spans)).not.toContain("SECRET");
  });

  test.each([
    [503, "the answer was 503", "503"],
    [null, "there was no answer", "not-sent"],
  ])("with status %s it has failed", async (status, error, type) => {
    await headersOf(plain, sdk.tracing, { ...arrived, status, error });
    expect(sdk.spans).toMatchObject([{ status: 2, attributes: { "error.type": type } }]);
  });
});

/** The thread of the primary that sends webhooks. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Channel } from "../../../channel/channel.ts";
import { isEnvelope } from "../../../channel/envelope.ts";
import { systemClock } from "../../../clock.ts";
import type { WebhookHost } from "../../../config/webhook-hosts.ts";
import { findTracing } from "../../../telemetry/tracing/find-tracing.ts";
import type { Tracing } from "../../../telemetry/tracing/tracing.ts";
import type { DueDelivery } from "../../delivery.ts";
import { AllowedHosts } from "../allowed.ts";
import { senderSide, sourceSide } from "../contract.ts";
import { signatureHeaders } from "../signature.ts";
import { sharedResolve } from "./checked-lookup.ts";
import { postWebhook } from "./post.ts";
import { Sender } from "./sender.ts";
import { postTraced } from "./trace-post.ts";

/** What the thread is started with. */
export interface WebhookSettings {
  /** Of `--webhooks`. */
  readonly hosts: readonly WebhookHost[];
  /** They sign each webhook together. */
  readonly keys: readonly Uint8Array[];
  /** Name and version of this server, for the receiver. */
  readonly userAgent: string;
}

/** How long an attempt may take, until the status of the answer is here. */
const timeoutMs = 10_000;
/** How long the SDK of OpenTelemetry may take to write its last spans. */
const flushMs = 500;

if (parentPort) serve(parentPort, workerData as WebhookSettings, await findTracing());

function serve(
  port: MessagePort,
  { hosts, keys, userAgent }: WebhookSettings,
  tracing: Tracing | undefined,
): void {
  const primary = new Channel({
    service: "webhooks",
    mine: senderSide,
    theirs: sourceSide,
    send: (envelope) => port.postMessage(envelope),
    calls: {
      stop: async () => {
        await sender.stop();
        await tracing?.flush(flushMs);
        return null;
      },
    },
    notes: { due: () => sender.look() },
  });
  const options = { allowed: new AllowedHosts(hosts), resolve: sharedResolve(), timeoutMs };
  const sender = new Sender({
    clock: systemClock,
    source: {
      claim: (request) => primary.call("claim", { request }),
      report: (claim, sent) => primary.call("report", { claim, sent }),
      giveBack: async (claim) => void (await primary.call("give-back", { claim })),
      release: async () => void (await primary.call("release", {})),
    },
    post: (delivery: DueDelivery, stop) => {
      const { id, url, body } = delivery;
      const content = { id, sentAtSeconds: Math.floor(Date.now() / 1000), body };
      const headers = {
        "content-type": "application/json",
        "user-agent": userAgent,
        ...signatureHeaders(keys, content),
      };
      return postTraced(tracing, delivery, (trace) =>
        postWebhook({ url, headers: { ...trace, ...headers }, body }, options, stop),
      );
    },
    onGivenUp: ({ url }, { subject, tries }, { error }) => {
      const host = URL.parse(url)?.host ?? "none";
      primary.note("given-up", { subject, host, tries, reason: error ?? "" });
    },
  });
  port.on("message", (message: unknown) => {
    if (isEnvelope(message)) primary.take(message);
  });
  void sender.start();
}

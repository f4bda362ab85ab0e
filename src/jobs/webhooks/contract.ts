/** Messages between the primary and the thread that sends webhooks. */
import { isCount, isNull, isObject, isText } from "../../channel/checks.ts";
import type { Side } from "../../channel/contract.ts";
import type {
  DeliveryClaim,
  DeliveryRequest,
  DeliveryVerdict,
  DueDeliveries,
  SentWebhook,
} from "../delivery.ts";

/** What the primary answers and takes: the calls of a `DeliverySource`. */
export const sourceSide = {
  calls: {
    claim: { args: { request: isObject<DeliveryRequest> }, answer: isObject<DueDeliveries> },
    report: {
      args: { claim: isObject<DeliveryClaim>, sent: isObject<SentWebhook> },
      answer: isObject<DeliveryVerdict>,
    },
    "give-back": { args: { claim: isObject<DeliveryClaim> }, answer: isNull },
    release: { args: {}, answer: isNull },
  },
  notes: {
    /** No further attempt is made. `host` is where it went: the whole URL may hold a secret. */
    "given-up": { subject: isText, host: isText, tries: isCount, reason: isText },
  },
} satisfies Side;

/** What the thread answers and takes. */
export const senderSide = {
  calls: {
    /** Answered when nothing is under way any more, and that is on disk. */
    stop: { args: {}, answer: isNull },
  },
  notes: {
    /** There are new deliveries. */
    due: {},
  },
} satisfies Side;

export type SourceSide = typeof sourceSide;
export type SenderSide = typeof senderSide;

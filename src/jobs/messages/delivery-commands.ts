/** What is asked of the queue about webhooks, between worker and primary, and of the store. */
import { isNull, isObject, isText } from "../../channel/checks.ts";
import type {
  DeliveryClaim,
  DeliveryRequest,
  DeliverySubject,
  DeliveryVerdict,
  DueDeliveries,
  FoundDeliveries,
  RetriedDeliveries,
  SentWebhook,
} from "../delivery.ts";

function isSubject(value: unknown): value is DeliverySubject {
  if (!isObject<Partial<DeliverySubject>>(value)) return false;
  return isText(value.id) && (value.of === "job" || value.of === "batch");
}

const find = { args: { subject: isSubject }, answer: isObject<FoundDeliveries> };
const retry = { args: { subject: isSubject }, answer: isObject<RetriedDeliveries> };
const claim = { claim: isObject<DeliveryClaim> };

/** What a worker asks of the primary. */
export const deliveryCalls = { deliveries: find, "retry-deliveries": retry };

/** What the primary asks of the store; all but the last for the thread that sends (DeliverySource). */
export const deliveryWrites = {
  "claim-deliveries": {
    args: { request: isObject<DeliveryRequest> },
    answer: isObject<DueDeliveries>,
  },
  "report-delivery": {
    args: { ...claim, sent: isObject<SentWebhook> },
    answer: isObject<DeliveryVerdict>,
  },
  "give-back-delivery": { args: claim, answer: isNull },
  "release-deliveries": { args: {}, answer: isNull },
  "retry-deliveries": retry,
};

export const deliveryReads = { deliveries: find };

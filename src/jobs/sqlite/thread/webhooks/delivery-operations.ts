/** What the commands about webhooks do to the file, or read from it. */
import type {
  deliveryReads as reads,
  deliveryWrites as writes,
} from "../../../messages/delivery-commands.ts";
import type { Reads, Writes } from "../operation.ts";
import {
  claimDeliveries,
  findDeliveries,
  reportDelivery,
  retryDeliveries,
} from "./delivery-events.ts";

export const deliveryWrites: Writes<keyof typeof writes> = {
  "claim-deliveries"(parts, { request }) {
    const due = claimDeliveries(parts, request);
    return () => due;
  },
  "report-delivery"(parts, { claim, sent }) {
    const verdict = reportDelivery(parts, claim, sent);
    return () => verdict;
  },
  "give-back-delivery"({ deliveries }, { claim }) {
    deliveries.giveBack(claim);
    return () => null;
  },
  "release-deliveries"({ deliveries }) {
    deliveries.release();
    return () => null;
  },
  "retry-deliveries"(parts, { subject }) {
    const isSent = retryDeliveries(parts, subject);
    return () => ({ ...findDeliveries(parts, subject), isSent });
  },
};

export const deliveryReads: Reads<keyof typeof reads> = {
  deliveries: (parts, { subject }) => findDeliveries(parts, subject),
};

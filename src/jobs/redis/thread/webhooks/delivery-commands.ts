import type { CommandsOptions, Handlers } from "../commands.ts";
import { DeliveryClaims } from "./delivery-claims.ts";
import { findDeliveries, retryDeliveries } from "./delivery-events.ts";

/** What the store on Redis answers about webhooks. */
export function deliveriesOf({ parts }: CommandsOptions) {
  const claims = new DeliveryClaims(parts);
  return {
    "claim-deliveries": ({ request }) => claims.claim(request),
    "report-delivery": ({ claim, sent }) => claims.report(claim, sent),
    "give-back-delivery": async ({ claim }) => {
      await claims.giveBack(claim);
      return null;
    },
    "release-deliveries": async () => {
      await claims.release();
      return null;
    },
    "retry-deliveries": ({ subject }) => retryDeliveries(parts, subject),
    deliveries: ({ subject }) => findDeliveries(parts, subject),
  } satisfies Partial<Handlers>;
}

import type { DeliverySource } from "../delivery.ts";
import type { StoreLink } from "./store-link.ts";

/** The deliveries in the queue's file, for the sender. */
export function deliveriesOf(store: StoreLink): DeliverySource {
  return {
    claim: (request) => store.ask("claim-deliveries", { request }),
    report: (claim, sent) => store.ask("report-delivery", { claim, sent }),
    giveBack: async (claim) => void (await store.ask("give-back-delivery", { claim })),
    release: async () => void (await store.ask("release-deliveries", {})),
  };
}

/** A delivery: one webhook on its way, until it is over. */

/** `withdrawn`: the job was retried by hand before the webhook of its end had arrived. */
export const deliveryStates = ["pending", "delivered", "failed", "withdrawn"] as const;

export type DeliveryState = (typeof deliveryStates)[number];

/** What came of one attempt to send it. */
export interface DeliveryAttempt {
  /** ms since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Of the answer; null where none came. */
  readonly status: number | null;
  /** Why it did not arrive; null where it did. */
  readonly error: string | null;
}

/** An attempt as the sender reports it. */
export interface SentWebhook extends DeliveryAttempt {
  /** What the receiver asked for (Retry-After); null where it did not. */
  readonly retryAfterMs: number | null;
}

/** As a client sees it. Times are ms since 1970. */
export interface Delivery {
  /** The `webhook-id` of each attempt. */
  readonly id: string;
  readonly url: string;
  readonly state: DeliveryState;
  readonly createdAt: number;
  /** Null when it is over, and while it is being sent. */
  readonly nextAttemptAt: number | null;
  /** The latest ones, the oldest of them first. */
  readonly attempts: readonly DeliveryAttempt[];
}

/** Whose end they tell. */
export interface DeliverySubject {
  readonly of: "job" | "batch";
  readonly id: string;
}

/** The deliveries of one job or batch. `gone` and `unknown`: as for that. */
export type FoundDeliveries =
  | { readonly kind: "found"; readonly deliveries: readonly Delivery[] }
  | { readonly kind: "gone" | "unknown" };

/** `isSent`: whether there was one that had failed or waited. */
export type RetriedDeliveries = FoundDeliveries & { readonly isSent: boolean };

/** What a client can do with deliveries. Part of the queue; it throws like the queue's methods. */
export interface Deliveries {
  /** The oldest first. */
  find(subject: DeliverySubject): Promise<FoundDeliveries>;

  /**
   * Sends those at once that have failed or wait for another attempt.
   *
   * @returns them as they are after that
   */
  retry(subject: DeliverySubject): Promise<RetriedDeliveries>;
}

/** A delivery that is due, as the sender gets it. */
export interface DueDelivery {
  /** Its row, and which claim of it this is. A report about an earlier claim is ignored. */
  readonly claim: DeliveryClaim;
  readonly id: string;
  readonly url: string;
  /** The host of `url`, without its port: receivers on one host share its slots. */
  readonly host: string;
  readonly body: string;
  /** The trace that its job was submitted in. */
  readonly traceparent?: string;
}

export interface DeliveryClaim {
  readonly seq: number;
  readonly token: number;
}

/** What the sender asks for. */
export interface DeliveryRequest {
  /** How many more it can send now. */
  readonly limit: number;
  /** How many it sends to one host at a time. */
  readonly mostPerHost: number;
  /** How many it is sending to each host. */
  readonly busy: Readonly<Record<string, number>>;
}

export interface DueDeliveries {
  readonly due: readonly DueDelivery[];
  /** Ms until another one is due; null if there is none. 0 or less: some wait for a busy host. */
  readonly nextInMs: number | null;
  /** Not every host was looked at: claim again at once. */
  readonly isPartial: boolean;
}

/** What became of a delivery by a report. */
export interface DeliveryVerdict {
  /** Null for a report that came too late. */
  readonly state: DeliveryState | null;
  /** The id of its job or batch. */
  readonly subject: string;
  readonly tries: number;
}

/** Where the sender gets deliveries: the durable store. */
export interface DeliverySource {
  /** Takes what is due, for a while: what is not reported by then is due again. */
  claim(request: DeliveryRequest): Promise<DueDeliveries>;
  report(claim: DeliveryClaim, sent: SentWebhook): Promise<DeliveryVerdict>;
  /** It was not sent, or nobody knows whether it was: it is due again. */
  giveBack(claim: DeliveryClaim): Promise<void>;
  /** The earlier sender has ended: what it had claimed is due again. */
  release(): Promise<void>;
}

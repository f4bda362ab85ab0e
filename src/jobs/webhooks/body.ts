/** What a webhook tells. */
export interface WebhookEvent {
  /** Such as `job.succeeded`. */
  readonly type: string;
  /** When it happened, in ms since 1970. */
  readonly at: number;
  /** JSON text. */
  readonly data: string;
}

/** A result of more bytes is left out. The receiver collects it where the job's links say. */
export const longestResultBytes = 64 * 1024;

/** The JSON text of a webhook, with the fields of Standard Webhooks. */
export function writeBody({ type, at, data }: WebhookEvent): string {
  const head = JSON.stringify({ type, timestamp: new Date(at).toISOString() });
  return `${head.slice(0, -1)},"data":${data}}`;
}

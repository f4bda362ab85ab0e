import { format } from "node:util";

/** What this host says in better words (advice.ts). */
const said = /^IMPORTANT! Eviction policy is/;

/**
 * Has what libraries print in this thread told instead, each text once. ioredis and BullMQ warn by
 * `console`, for each connection anew; the server's log has JSON lines.
 */
export function tellPrinted(tell: (text: string) => void): void {
  const known = new Set<string>();
  const take = (...values: readonly unknown[]) => {
    const text = format(...values).trim();
    if (known.has(text) || said.test(text)) return;
    known.add(text);
    tell(text);
  };
  Object.assign(console, { warn: take, error: take });
}

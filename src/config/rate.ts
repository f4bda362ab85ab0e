import { type Kind, type Parsed, refused } from "./kind.ts";

/** So many requests in so much time, from the first of them on. */
export interface Rate {
  readonly requests: number;
  /** Whole seconds, as the headers tell it to clients. */
  readonly windowMs: number;
}

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

const mostRequests = 1_000_000;
const longestMs = 86_400_000;

/** `100/60s`, or `100/m` for a whole minute. */
export const rate: Kind<Rate | null, "none" | `${number}/${number | ""}${"s" | "m" | "h"}`> = {
  allowed: `none, or requests/time such as 100/60s or 5/s: 1 to ${mostRequests} requests in 1s to 24h (s, m or h)`,
  placeholder: "RATE",
  examples: ["none", "100/60s", "5/s", "1/1s", `${mostRequests}/24h`],
  parse(given) {
    if (given === "none") return { ok: true, value: null };
    const [, requests, count, unit = ""] = /^(\d+)\/(\d*)([smh])$/.exec(given) ?? [];
    const windowMs = (count === "" ? 1 : Number(count)) * (unitsMs[unit] ?? 0);
    if (requests === undefined) return explainRate(given);
    const isWithin = Number(requests) >= 1 && Number(requests) <= mostRequests;
    if (!isWithin || windowMs < 1000 || windowMs > longestMs) return refused;
    return { ok: true, value: { requests: Number(requests), windowMs } };
  },
};

function explainRate(given: string): Parsed<never> {
  if (!/^\d+$/.test(given)) return refused;
  return { ok: false, reason: `Add the time: ${given}/60s` };
}

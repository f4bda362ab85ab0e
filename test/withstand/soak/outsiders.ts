/** Clients that get less than they want: past their rate limit, or without the token. */
import { setTimeout as pause } from "node:timers/promises";
import { statusesOf, throwBytes } from "../fuzz/thrown-bytes.ts";
import { get, rateLimit } from "./sent.ts";
import type { ClientOf } from "./traffic.ts";

/** Sends at once twice what one client may in two seconds, over several connections. */
export const exceeds: ClientOf = async ({ url, endings, isOver }) => {
  const pieces = [Buffer.from(get("/", "192.0.2.1").repeat(4))];
  while (!isOver()) {
    const connections = Array.from({ length: (2 * rateLimit) / 4 }, () =>
      throwBytes(url, { pieces, leaves: "end" }),
    );
    const received = (await Promise.all(connections)).join("");
    for (const status of statusesOf(received)) endings.add("exceeds", status);
    await pause(200);
  }
};

/** Asks for jobs, and wants to reload the server. */
export const intrudes: ClientOf = async ({
  url,
  controlUrl,
  random,
  addresses,
  endings,
  isOver,
}) => {
  const targets = [new URL("/jobs", url), new URL("/reload", controlUrl)];
  while (!isOver()) {
    for (const target of targets) {
      const headers = { "X-Forwarded-For": addresses.next() };
      const wrong = random() < 0.5 ? {} : { Authorization: "Bearer guessed" };
      const refused = await fetch(target, { method: "POST", headers: { ...headers, ...wrong } });
      await refused.text();
      endings.add("intrudes", refused.status);
    }
    await pause(50);
  }
};

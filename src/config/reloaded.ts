/** What a server that runs can take of a configuration file that has changed. */

import { addressOptions } from "./options/address.ts";
import { controlOptions } from "./options/control.ts";
import { startOptions } from "./options/start.ts";
import { type OptionKey, optionKeys } from "./options.ts";
import { type Config, freeze } from "./resolve.ts";

/** What the primary has read for good, or shares with workers of before. It needs a restart. */
const ofPrimary = new Set<string>([
  ...[addressOptions, controlOptions, startOptions].flatMap(Object.keys),
  ...([
    ...(["mode", "threads", "executor", "cores", "balance", "handOver"] as const),
    ...(["drainTimeoutMs", "hangTimeoutMs", "logFormat"] as const),
    ...(["queue", "jobRetentionMs", "maxQueued", "webhooks", "webhookSecretFiles"] as const),
    ...(["queuePasswordFile", "rateLimit"] as const),
  ] satisfies OptionKey[]),
]);

/** An operator may have changed these, too. What was changed last counts. */
const operated = ["workers", "logLevel"] as const satisfies readonly OptionKey[];

/** These follow from options of the primary. */
const derived = ["slots", "overrides"] as const;

/**
 * The configuration for the next workers.
 *
 * @param running that the workers have
 * @param before as it was read last
 * @param next as it was read now
 * @param started as it was read at the start
 * @returns also what has changed and cannot be taken, each in words. What is as at the start again
 *   needs no restart
 */
export function reloaded(
  running: Config,
  before: Config,
  next: Config,
  started: Config,
): { readonly config: Config; readonly kept: readonly string[] } {
  const isSame = (key: keyof Config, one: Config) =>
    JSON.stringify(one[key]) === JSON.stringify(next[key]);
  const keys = optionKeys.filter((key) => ofPrimary.has(key));
  const same = [...keys, ...derived, ...operated.filter((key) => isSame(key, before))];
  // The mode and the cores stay, and so does the number of workers that follows from them.
  const isOfMode = next.setBy.workers === undefined;
  if (isOfMode && !(isSame("mode", running) && isSame("cores", running))) same.push("workers");
  const changed = keys.filter((key) => !isSame(key, before) && !isSame(key, started));
  // What nobody has set follows from something else, as the threads from the mode.
  const kept = changed.flatMap((key) => next.setBy[key] ?? before.setBy[key] ?? []);
  const stays = Object.fromEntries(same.map((key) => [key, running[key]]));
  return { config: freeze({ ...next, ...stays }), kept };
}

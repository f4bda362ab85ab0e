/** What a server that runs can take of a configuration file that has changed. */

import { addressOptions } from "./options/address.ts";
import { controlOptions } from "./options/control.ts";
import { logOptions } from "./options/log.ts";
import { processesOptions } from "./options/processes.ts";
import { startOptions } from "./options/start.ts";
import { type OptionKey, optionKeys } from "./options.ts";
import { type Config, freeze } from "./resolve.ts";

/** What the primary itself has read. It needs a restart. */
const ofPrimary = new Set<string>([
  ...[addressOptions, controlOptions, processesOptions, logOptions, startOptions].flatMap(
    Object.keys,
  ),
  ...([
    "hangTimeoutMs",
    "queue",
    "jobRetentionMs",
    "maxQueued",
    "webhooks",
    "webhookSecretFiles",
    "rateLimit",
  ] satisfies OptionKey[]),
]);

/** These follow from options of the primary. */
const derived = ["slots", "overrides"] as const;

/**
 * The configuration for the next workers.
 *
 * @param running that the workers have
 * @param before as it was read last
 * @param next as it was read now
 * @returns also what has changed and cannot be taken, each in words
 */
export function reloaded(
  running: Config,
  before: Config,
  next: Config,
): { readonly config: Config; readonly kept: readonly string[] } {
  const keys = optionKeys.filter((key) => ofPrimary.has(key));
  const same = Object.fromEntries([...keys, ...derived].map((key) => [key, running[key]]));
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(next[key]));
  // What nobody has set follows from something else, as the workers from the mode.
  const kept = changed.flatMap((key) => next.setBy[key] ?? before.setBy[key] ?? []);
  return { config: freeze({ ...next, ...same }), kept };
}

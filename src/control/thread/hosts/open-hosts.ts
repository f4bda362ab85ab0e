import { availableParallelism, hostname } from "node:os";
import { systemClock } from "../../../clock.ts";
import type { RedisLocation } from "../../../config/redis-location.ts";
import type { AboutServer } from "../../contract.ts";
import { Hosts } from "./hosts.ts";

/** Of this host among those that share its queue. */
export interface HostSettings {
  readonly id: string;
  /** The Redis that they share; null where the queue is of this host alone. */
  readonly redis: RedisLocation | null;
}

/** @param control where control listens */
export async function openHosts(
  { id, redis }: HostSettings,
  { url, hasJobs }: AboutServer,
  control: string,
): Promise<Hosts> {
  const identity = {
    ...{ id, url, control, hasJobs },
    ...{ name: hostname(), cores: availableParallelism() },
  };
  return new Hosts({
    identity,
    exchange: redis && (await openExchange(redis, id)),
    clock: systemClock,
  });
}

/** What Redis needs is loaded only now. */
async function openExchange(redis: RedisLocation, id: string) {
  const { RedisExchange } = await import("./redis-exchange.ts");
  return new RedisExchange(redis, id);
}

/** What the queueing model predicts for sixteen cores, by how their hosts share the runs. */
import type { Routing } from "../../compare/queueing/routing.ts";
import { isWithin, type SettledTimes, simulateSettled } from "../../compare/queueing/settled.ts";
import type { ServiceTimes } from "../../compare/queueing/simulated-queue.ts";

const cores = 16;
/** Mean length of a run. Results are multiples of it, so that any value does. */
const meanMs = 1;

/** Share that a figure may be off. */
const precise = 0.05;

/** One way to share the runs out. */
export interface Way {
  readonly name: string;
  /** What is simulated, and how many queues it has. At random, one queue stands for all. */
  readonly servers: number;
  readonly queues: number;
  readonly routing: Routing;
}

const shared: Routing = { kind: "shared" };
const least = { kind: "hosts", hosts: 4, workers: 1, balancer: "least-connections" } as const;

export const ways: readonly Way[] = [
  { name: "16 hosts of 1 core, at random", servers: 1, queues: 1, routing: shared },
  { name: "4 hosts of 4 cores, at random", servers: 4, queues: 1, routing: shared },
  { name: "4 hosts of 4, least connections", servers: cores, queues: 4, routing: least },
  { name: "one queue for all 16 cores", servers: cores, queues: 1, routing: shared },
];

export const lengths: Readonly<Record<"unlike" | "equal", ServiceTimes>> = {
  unlike: { kind: "exponential", meanMs },
  equal: { kind: "constant", ms: meanMs },
};

/** p99 of the time from arrival to end, in mean lengths of a run. */
export function predictP99(
  { servers, queues, routing }: Way,
  busy: number,
  service: ServiceTimes,
): number {
  const perSecond = (1_000 * busy * servers) / meanMs;
  const plan = { servers, perSecond, service, routing };
  const isEnough = ({ p99 }: SettledTimes) => isWithin(p99, precise);
  return simulateSettled(plan, { busy, queues, seed: 1, isEnough }).p99.ms / meanMs;
}

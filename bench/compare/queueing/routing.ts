/** How requests reach the queues. */
import type { Random } from "../../load/statistics/random.ts";
import { Station } from "./station.ts";
import { TimeHeap } from "./time-heap.ts";

export type Balancer = "random" | "least-connections";

export type Routing =
  /** One queue in front of all servers. */
  | { readonly kind: "shared" }
  | {
      readonly kind: "connections";
      /** Each arrival takes one of these at random, busy or not, like the load generator. */
      readonly connections: number;
      /** How connections were given to servers when they opened. */
      readonly placement: "round-robin" | "random";
    }
  /**
   * A balancer in front of hosts. In a host each arrival goes to a worker at random, as with many
   * connections that each stay with a worker. The servers are shared out among all workers evenly,
   * and each worker has a queue of its own.
   */
  | {
      readonly kind: "hosts";
      readonly hosts: number;
      readonly workers: number;
      /** `least-connections` takes the host with the fewest requests, in turn where several have. */
      readonly balancer: Balancer;
    };

export interface Router {
  readonly stations: readonly Station[];
  /** Takes a run that comes now to its queue. Returns when it starts. */
  readonly serve: (now: number, runMs: number) => number;
}

export function createRouter(servers: number, routing: Routing, random: Random): Router {
  const below = (limit: number) => Math.floor(random() * limit);
  switch (routing.kind) {
    case "shared":
      return routeTo([new Station(servers)], () => 0);
    case "connections": {
      const { connections, placement } = routing;
      const stationOf = Array.from({ length: connections }, (_, connection) =>
        placement === "random" ? below(servers) : connection % servers,
      );
      const stations = Array.from({ length: servers }, () => new Station(1));
      return routeTo(stations, () => stationOf[below(connections)] ?? 0);
    }
    case "hosts": {
      const { hosts, workers, balancer } = routing;
      const size = servers / hosts / workers;
      const stations = Array.from({ length: hosts * workers }, () => new Station(size));
      if (balancer === "random") return routeTo(stations, () => below(stations.length));
      return routeToLeast(stations, workers, () => (workers === 1 ? 0 : below(workers)));
    }
  }
}

function routeTo(stations: readonly Station[], choose: () => number): Router {
  return {
    stations,
    serve: (now, runMs) => (stations[choose()] as Station).serve(now, runMs),
  };
}

/** To the host with the fewest requests that wait or run. */
function routeToLeast(
  stations: readonly Station[],
  workers: number,
  chooseWorker: () => number,
): Router {
  const hosts = stations.length / workers;
  /** When each request of a host ends. */
  const leaving = Array.from({ length: hosts }, () => new TimeHeap());
  const count = (host: number, now: number) => {
    const own = leaving[host] as TimeHeap;
    while (own.earliest <= now) own.pop();
    return own.size;
  };
  let last = hosts - 1;
  const choose = (now: number) => {
    let [least, fewest] = [0, Number.POSITIVE_INFINITY];
    for (let step = 1; step <= hosts; step += 1) {
      const host = (last + step) % hosts;
      const own = count(host, now);
      if (own < fewest) [least, fewest] = [host, own];
    }
    last = least;
    return least;
  };
  return {
    stations,
    serve: (now, runMs) => {
      const host = choose(now);
      const station = stations[host * workers + chooseWorker()] as Station;
      const startAt = station.serve(now, runMs);
      leaving[host]?.push(startAt + runMs);
      return startAt;
    },
  };
}

import type { Arrivals, FullPlan, FullStream, LoadPlan, LoadRequest, ProbePlan } from "./plan.ts";

const hourMs = 3_600_000;
const tokenPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Checks a plan and fills in its defaults.
 *
 * @throws TypeError that names the field and says what it must be.
 */
export function resolvePlan(plan: LoadPlan): FullPlan {
  const keepAlive = plan.keepAlive ?? true;
  const load: FullStream = {
    requests: checkRequests(plan.requests),
    arrivals: checkArrivals("arrivals", plan.arrivals),
    connections: requireWithin("connections", plan.connections, 1, 20_000, true),
    keepAlive,
    pool: keepAlive && plan.arrivals.kind !== "closed" ? "fixed" : "on-demand",
    maxRequests:
      plan.maxRequests === undefined
        ? null
        : requireWithin("maxRequests", plan.maxRequests, 1, Number.MAX_SAFE_INTEGER, true),
    worker: plan.worker ?? null,
    runTimes: checkRunTimes(plan),
    limitsMs: (plan.limitsMs ?? []).map((ms) => requireWithin("limitsMs", ms, 0, hourMs)),
  };
  return {
    url: checkOrigin(plan.url),
    load,
    probe: plan.probe === undefined ? null : resolveProbe(plan.probe),
    warmupMs: requireWithin("warmupMs", plan.warmupMs ?? 0, 0, hourMs),
    durationMs: requireWithin("durationMs", plan.durationMs, 1, hourMs),
    timeoutMs: requireWithin("timeoutMs", plan.timeoutMs ?? 30_000, 1, hourMs),
    timedFrom: plan.timedFrom ?? "intended",
  };
}

function resolveProbe(probe: ProbePlan): FullStream {
  const keepAlive = probe.keepAlive ?? true;
  return {
    requests: checkRequests([probe.request ?? { path: "/" }]),
    arrivals: checkArrivals("probe", { kind: "constant", perSecond: probe.perSecond }),
    connections: requireWithin(
      "probe.connections",
      probe.connections ?? (keepAlive ? 8 : 64),
      1,
      1_000,
      true,
    ),
    keepAlive,
    pool: keepAlive ? "warm" : "on-demand",
    maxRequests: null,
    worker: null,
    runTimes: false,
    limitsMs: [],
  };
}

function checkRunTimes({ runTimes = false, worker }: LoadPlan): boolean {
  if (runTimes && worker !== undefined && "header" in worker) {
    throw new TypeError(
      "runTimes: only one header is read. Leave it out, or name no worker header",
    );
  }
  return runTimes;
}

function checkOrigin(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "http:" || parsed.pathname !== "/" || parsed.search !== "") {
    throw new TypeError(`url ${JSON.stringify(url)}: use an origin, such as http://127.0.0.1:8000`);
  }
  return parsed.origin;
}

function checkArrivals(field: string, arrivals: Arrivals): Arrivals {
  if (arrivals.kind === "closed") {
    requireWithin(`${field}.pauseMs`, arrivals.pauseMs ?? 0, 0, hourMs);
    requireWithin(`${field}.mostPerSecond`, arrivals.mostPerSecond ?? 1, 0.01, 1_000_000);
    return arrivals;
  }
  requireWithin(`${field}.perSecond`, arrivals.perSecond, 0.01, 1_000_000);
  return arrivals;
}

function checkRequests(requests: readonly LoadRequest[]): readonly LoadRequest[] {
  if (requests.length === 0) throw new TypeError("requests: give one request or more");
  requests.forEach((request, index) => {
    const field = `requests[${index}]`;
    if (!tokenPattern.test(request.method ?? "GET")) {
      throw new TypeError(`${field}.method ${JSON.stringify(request.method)}: use an HTTP method`);
    }
    if (!/^\/[\x21-\x7e]*$/.test(request.path)) {
      throw new TypeError(
        `${field}.path ${JSON.stringify(request.path)}: begin with "/", and percent-encode what is not printable ASCII`,
      );
    }
    for (const [name, value] of Object.entries(request.headers ?? {})) {
      if (!tokenPattern.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
        throw new TypeError(`${field}.headers ${JSON.stringify(name)}: not a header of HTTP/1.1`);
      }
    }
    checkExpectation(`${field}.expect`, request);
  });
  return requests;
}

function checkExpectation(field: string, request: LoadRequest): void {
  const { statuses, tolerated, body } = request.expect ?? {};
  for (const status of [...(statuses ?? []), ...(tolerated ?? [])]) {
    requireWithin(`${field} status`, status, 200, 599, true);
  }
  if (statuses?.length === 0) throw new TypeError(`${field}.statuses: give one status or more`);
  if (body?.kind === "json" && body.pointer !== "" && !body.pointer.startsWith("/")) {
    throw new TypeError(`${field}.body.pointer: begin with "/" (RFC 6901), or leave it empty`);
  }
  if (body?.kind === "sha256" && !/^[0-9a-f]{64}$/.test(body.equals)) {
    throw new TypeError(`${field}.body.equals: use 64 lower-case hexadecimal digits`);
  }
}

function requireWithin(
  field: string,
  value: number,
  least: number,
  most: number,
  whole = false,
): number {
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? "a whole number" : "a number";
  throw new TypeError(`${field} ${value}: use ${kind} from ${least} to ${most}`);
}

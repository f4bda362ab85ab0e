import {
  isCount,
  isFlag,
  isList,
  isNumber,
  isNumberOrNull,
  isOneOf,
  isTextUpTo,
  orNull,
} from "../../../channel/checks.ts";
import { type ChecksOf, fits } from "../../../channel/contract.ts";
import type { HostFigures, HostRecord, HostWorker } from "../../../telemetry/watch/hosts.ts";
import { mostWorkers } from "./record.ts";

/** In characters. */
export const longestRecord = 128 * 1024;

const isName = isTextUpTo(256);

/** The page makes links of it. */
const isUrl = (value: unknown): value is string => isName(value) && /^https?:\/\//.test(value);

const worker = {
  ...{ worker: isCount, pid: orNull(isCount), stage: isOneOf("booting", "ready", "leaving") },
  ...{ slots: isNumber, busySlots: isNumber, pending: isNumber, rssBytes: isNumber },
} satisfies ChecksOf<HostWorker>;

const quantiles = { p50: isNumber, p99: isNumber };
const jobs = { queued: isNumber, running: isNumber };

const figures = {
  ...{ requestsPerSecond: isNumber, runsPerSecond: isNumber },
  ...{ busyShare: isNumberOrNull, cores: isNumber },
  ranMs: orNull((value) => fits(value, quantiles)),
  jobs: orNull((value) => fits(value, jobs)),
} satisfies ChecksOf<HostFigures>;

const record = {
  ...{ id: isName, name: isName, pid: isCount, version: isName, node: isName },
  ...{ mode: isName, executor: isName, hasJobs: isFlag, startedAt: isNumber },
  ...{ url: isUrl, control: isUrl },
  workers: areWorkers,
  figures: (value: unknown) => fits(value, figures),
} satisfies ChecksOf<HostRecord>;

/**
 * Reads what another host has told. It may be of another version.
 *
 * @returns undefined where it is no record as this version knows it
 */
export function readRecord(text: string): HostRecord | undefined {
  if (text.length > longestRecord) return undefined;
  const read = parse(text);
  return fits(read, record) ? read : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function areWorkers(value: unknown): value is readonly HostWorker[] {
  if (!isList<unknown>(value) || value.length > mostWorkers) return false;
  return value.every((one) => fits(one, worker));
}

import { inspect } from "node:util";
import { messageOf, propertyOf, shorten, stackOf } from "../errors.ts";
import { isSecretName, redacted, redactInspected } from "./secrets.ts";

/*
 * The most that the log keeps of an error, in characters. A task's error may have megabytes, in
 * each request: a line must stay far below what may wait to be written (outlet.ts).
 */
const mostMessage = 4000;
const mostStack = 8000;
const mostValue = 500;
const mostProperties = 20;
const mostAggregated = 10;
const mostCauses = 5;

/** Properties with a field of their own. */
const ownPlaces = new Set(["message", "stack", "cause", "errors", "type"]);

/** An error as the log writes it. */
interface LoggedError {
  readonly type: string;
  /** Its own and those of its causes. */
  readonly message: string;
  /** Its own and those of its causes. */
  readonly stack?: string;
  readonly aggregateErrors?: readonly LoggedError[];
  readonly [property: string]: unknown;
}

/**
 * Turns anything that was thrown into plain data of bounded length, for the log, without the secrets
 * that its properties name. It never throws
 * and changes nothing, whatever it gets: a frozen error, getters that throw, a Proxy, a cycle of
 * causes.
 */
export function loggedError(thrown: unknown): LoggedError {
  const chain = causesOf(thrown);
  const aggregated = aggregatedIn(thrown);
  return {
    ...outline(chain),
    ...(aggregated.length > 0 && { aggregateErrors: aggregated.map(brief) }),
    ...Object.fromEntries(propertiesOf(thrown)),
  };
}

/** An error inside another one. */
function brief(thrown: unknown): LoggedError {
  return outline([thrown], mostValue, 4 * mostValue);
}

function outline(
  chain: readonly unknown[],
  longestMessage = mostMessage,
  longestStack = mostStack,
): LoggedError {
  const stack = chain.map(stackOf).filter(Boolean).join("\ncaused by: ");
  return {
    type: typeOf(chain[0]),
    message: shorten(chain.map(messageOf).join(": "), longestMessage),
    ...(stack && { stack: shortStack(stack, longestStack) }),
  };
}

/** Keeps the end of a stack too: it begins with the error's message, which may fill it. */
function shortStack(stack: string, most: number): string {
  if (stack.length <= most) return stack;
  return `${shorten(stack.slice(0, -most / 2), most / 2)}${stack.slice(-most / 2)}`;
}

/** The first errors of an AggregateError. */
function aggregatedIn(thrown: unknown): readonly unknown[] {
  const errors = propertyOf(thrown, "errors");
  const length = typeof errors === "object" ? propertyOf(errors, "length") : undefined;
  if (!Number.isInteger(length)) return [];
  const count = Math.max(0, Math.min(length as number, mostAggregated));
  return Array.from({ length: count }, (_, index) => propertyOf(errors, String(index)));
}

/** The error and its causes, up to the last one or to a repetition. */
function causesOf(thrown: unknown): readonly unknown[] {
  const chain = new Set<unknown>([thrown]);
  for (let next = propertyOf(thrown, "cause"); next != null; next = propertyOf(next, "cause")) {
    if (chain.has(next) || chain.size > mostCauses) break;
    chain.add(next);
  }
  return [...chain];
}

function typeOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null)
    return thrown === null ? "null" : typeof thrown;
  const name = propertyOf(propertyOf(thrown, "constructor"), "name");
  return typeof name === "string" ? shorten(name, mostValue) : "object";
}

/** Properties beside message and stack, such as the `code` of a system error. */
function propertiesOf(thrown: unknown): [string, unknown][] {
  if (typeof thrown !== "object" || thrown === null) return [];
  const names = namesOf(thrown).filter((name) => !ownPlaces.has(name) && name.length <= mostValue);
  return names
    .slice(0, mostProperties)
    .map((name) => [name, isSecretName(name) ? redacted : showValue(propertyOf(thrown, name))]);
}

function namesOf(value: object): string[] {
  try {
    return Object.keys(value);
  } catch {
    return [];
  }
}

function showValue(value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") return shorten(value, mostValue);
  return stackOf(value) === undefined ? inspectBounded(value) : brief(value);
}

/** By `inspect`. JSON allows no cycles, calls `toJSON`, and has no bound. */
function inspectBounded(value: unknown): string {
  const bounds = { depth: 1, maxArrayLength: 20, maxStringLength: mostValue };
  const options = { ...bounds, customInspect: false, breakLength: Number.POSITIVE_INFINITY };
  try {
    const text = inspect(value, options).slice(0, 4 * mostValue);
    return shorten(redactInspected(text), mostValue);
  } catch {
    return "(cannot be read)";
  }
}

import { inspect } from "node:util";
import { messageOf, propertyOf, shorten, stackOf } from "../errors.ts";

/*
 * What the log keeps of an error at most, in characters. A line stays so far below what may wait to be
 * written (outlet.ts): a task's error may have megabytes, and one for each request.
 */
const mostMessage = 4000;
const mostStack = 8000;
const mostValue = 500;
const mostProperties = 20;
const mostAggregated = 10;
const mostCauses = 5;

/** They are told by themselves. */
const ownPlaces = new Set(["message", "stack", "cause", "errors", "type"]);

/** An error as a line of the log has it. */
interface LoggedError {
  readonly type: string;
  /** With those of its causes. */
  readonly message: string;
  /** With those of its causes. */
  readonly stack?: string;
  readonly aggregateErrors?: readonly LoggedError[];
  readonly [property: string]: unknown;
}

/**
 * Makes plain data of bounded length of anything that was thrown, for a line of the log. It never
 * throws and changes nothing, whatever it is given: a frozen error, getters that throw, a Proxy, a
 * circle of causes.
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

/** An error that stands in another one. */
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

/** The beginning of a stack is the error's message, and may be all of it that fits: its end is kept. */
function shortStack(stack: string, most: number): string {
  if (stack.length <= most) return stack;
  return `${shorten(stack.slice(0, -most / 2), most / 2)}${stack.slice(-most / 2)}`;
}

/** The first of the errors that an AggregateError has. */
function aggregatedIn(thrown: unknown): readonly unknown[] {
  const errors = propertyOf(thrown, "errors");
  const length = typeof errors === "object" ? propertyOf(errors, "length") : undefined;
  if (!Number.isInteger(length)) return [];
  const count = Math.max(0, Math.min(length as number, mostAggregated));
  return Array.from({ length: count }, (_, index) => propertyOf(errors, String(index)));
}

/** The error and its causes, until one has none or was there before. */
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

/** What an error has beside its message and stack: a system error's `code`, for example. */
function propertiesOf(thrown: unknown): [string, unknown][] {
  if (typeof thrown !== "object" || thrown === null) return [];
  const names = namesOf(thrown).filter((name) => !ownPlaces.has(name) && name.length <= mostValue);
  return names.slice(0, mostProperties).map((name) => [name, showValue(propertyOf(thrown, name))]);
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

/** Looked at and not written as JSON, which knows no circles, calls `toJSON`, and has no bound. */
function inspectBounded(value: unknown): string {
  const bounds = { depth: 1, maxArrayLength: 20, maxStringLength: mostValue };
  const options = { ...bounds, customInspect: false, breakLength: Number.POSITIVE_INFINITY };
  try {
    return shorten(inspect(value, options), mostValue);
  } catch {
    return "(cannot be read)";
  }
}

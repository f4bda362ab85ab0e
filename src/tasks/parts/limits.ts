/** What a task may ask for in numbers. */
import type { TaskParts } from "../task.ts";

/** Jobs of one group or task that may run at once, where that is limited. */
export const maxConcurrency = 1000;

export const maxSlots = 1000;

export const maxTimeoutMs = 24 * 3_600_000;

export const maxMaxAttempts = 100;

/** The first pause before a job is run again. */
export const maxBackoffMs = 3_600_000;

/** Checks a whole number; see `Check` in parts.ts. */
export function limitFault(min: number, max: number): (part: unknown) => string | undefined {
  return (part) => {
    if (Number.isInteger(part) && Number(part) >= min && Number(part) <= max) return undefined;
    return `must be a whole number from ${min} to ${max}`;
  };
}

const retryChecks: Readonly<
  Record<keyof NonNullable<TaskParts["retry"]>, (part: unknown) => string | undefined>
> = {
  maxAttempts: limitFault(1, maxMaxAttempts),
  backoffMs: limitFault(0, maxBackoffMs),
};

export function retryFault(retry: unknown): string | undefined {
  const names = Object.keys(retryChecks) as (keyof typeof retryChecks)[];
  if (typeof retry !== "object" || retry === null) {
    return `must be an object with ${names.join(", ")}`;
  }
  const stray = Object.keys(retry).find((name) => !Object.hasOwn(retryChecks, name));
  if (stray !== undefined) return `has no field "${stray}", only ${names.join(", ")}`;
  for (const [name, part] of Object.entries(retry)) {
    const fault =
      part === undefined ? undefined : retryChecks[name as keyof typeof retryChecks](part);
    if (fault) return `has a field "${name}" that ${fault}`;
  }
  return undefined;
}

import { AppError, type FieldError } from "../../errors.ts";

/** Errors beyond this are only counted: an answer should not outgrow its request. */
export const mostErrors = 20;

const mostFields = 1000;

/**
 * The error for a value that a schema refuses.
 *
 * @param subject names the value, at the start of a sentence
 * @param errors at most `mostErrors`
 * @param more how many were left out; undefined if checking stopped early
 */
export function invalidError(
  subject: string,
  errors: readonly FieldError[],
  more: number | undefined,
): AppError {
  const fields = tellFields(`${subject} itself`, errors);
  if (more === undefined)
    fields.push("there may be more: an input this large is not checked to its end");
  else if (more > 0) fields.push(`and ${more} more`);
  const detail = `${subject} is not valid. ${fields.join("; ")}.`;
  return new AppError("invalid-input", detail, { errors });
}

/** @param whole names the value itself */
export function tellFields(whole: string, errors: readonly FieldError[]): string[] {
  return errors.map(({ path, message }) => `${path || whole}: ${message}`);
}

/**
 * Each unknown field would be an error of its own, and a body can hold a hundred thousand.
 *
 * @throws AppError `invalid-input`
 */
export function refuseTooManyFields(subject: string, input: unknown): void {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return;
  const count = Object.keys(input).length;
  if (count <= mostFields) return;
  const message = `It has ${count} fields, and ${mostFields} are allowed: nest them in one field`;
  const detail = `${subject} is not valid. ${message}.`;
  throw new AppError("invalid-input", detail, { errors: [{ path: "", message }] });
}

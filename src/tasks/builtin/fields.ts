import { z } from "zod";

/**
 * A whole number within bounds, both included. Every fault has the same message, which is the
 * remedy.
 */
export function wholeNumberField(name: string, min: number, max: number, note = "") {
  const error = `${name} must be a whole number from ${min} to ${max}${note}`;
  // The first fault of a number is its only one.
  const fault = { error, abort: true };
  return z.int(fault).min(min, fault).max(max, fault);
}

/** A text field. */
export function textField(name: string) {
  return z.string({ error: `${name} must be a string` });
}

/** A field with one of a few values. */
export function choiceField<const Values extends readonly string[]>(name: string, values: Values) {
  return z.enum(values, { error: `${name} must be one of ${values.join(", ")}` });
}

/**
 * An object with these fields and no others.
 *
 * Each unknown field is an issue of its own, with the field's path. `z.strictObject` would make one
 * issue for all of them, at the object's path. In the JSON Schema `additionalProperties` becomes
 * `{"not": {}}`, which means `false`.
 *
 * @param owner the object's name in messages
 * @param unknownField the message for a field that is not in `shape`
 */
export function closedObject<Shape extends z.ZodRawShape>(
  owner: string,
  shape: Shape,
  unknownField = (name: string) =>
    `${name} is not a field of ${owner}: it takes ${Object.keys(shape).join(", ")}`,
) {
  const nothing = z.never({ error: (issue) => unknownField(String(issue.path?.at(-1))) });
  return z
    .object(shape, { error: `${owner} takes a JSON object` })
    .catchall(z.nonoptional(nothing));
}

/** Secrets in what an error holds: the error of an HTTP client has the headers that it sent. */

const name = String.raw`[\w-]{0,60}(?:authorization|cookie|token|secret|passw|api[-_]?key)[\w-]{0,60}`;

const secretName = new RegExp(`^${name}$`, "i");

/** A name in the output of `inspect`, as a key or in a list of headers, and the text after it. */
const namedText = new RegExp(
  String.raw`((?<![\w-])(["']?)${name}\2(?::|,) +)(["'\x60])(?:(?!\3)[^\\]|\\.)*(?:\3|$)`,
  "gi",
);

export const redacted = "[redacted]";

export function isSecretName(property: string): boolean {
  return secretName.test(property);
}

/** Hides the texts behind names of secrets, in what `inspect` has written of an object. */
export function redactInspected(text: string): string {
  return text.replace(namedText, `$1${redacted}`);
}

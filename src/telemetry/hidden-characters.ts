/**
 * Characters that nobody sees: they control a terminal, reverse the text around them, break lines, or
 * hide text. A client or a task could forge lines of the log with them. A line break that ends a line
 * is none, and neither are the two joiners, which scripts and emojis need.
 */
export const hidden = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\n\u200c\u200d]]/v;

const allHidden = new RegExp(hidden.source, "gv");
/** Nearly every line has none. */
const unusual = /[^\n -~]/;

/** Escapes hidden characters in a line of JSON. It says the same to whoever parses it. */
export function escapeHidden(line: string): string {
  return unusual.test(line) ? line.replace(allHidden, escapesOf) : line;
}

/** The escapes of JSON for a text, one for each UTF-16 unit. */
export function escapesOf(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** Media types (RFC 9110, section 8.3.1). Names are compared in lower case. */

const token = "[\\w!#$%&'*+.^`|~-]+";
const quoted = '"(?:[\\t !#-\\[\\]-~]|\\\\[\\t -~])*"';
const mediaType = new RegExp(
  `^${token}/${token}(?:[ \\t]*;[ \\t]*${token}=(?:${token}|${quoted}))*$`,
);
const range = new RegExp(`^${token}/(?:${token})$`);

/** Whether a text can be the value of a header Content-Type. */
export function isMediaType(text: unknown): text is string {
  return typeof text === "string" && text.length <= 200 && mediaType.test(text);
}

/** Whether a text names types without parameters: `image/png`, or `image/*`. */
export function isMediaRange(text: unknown): text is string {
  return typeof text === "string" && range.test(text) && !text.startsWith("*/");
}

/** Without its parameters, in lower case. */
export function bareType(type: string): string {
  const [bare = ""] = type.split(";");
  return bare.trim().toLowerCase();
}

/**
 * Whether one of the ranges has the type.
 *
 * @param type as `bareType` returns it
 */
export function isOfType(type: string, ranges: readonly string[]): boolean {
  return ranges.some((each) => {
    const name = each.toLowerCase();
    return name.endsWith("/*") ? type.startsWith(name.slice(0, -1)) : type === name;
  });
}

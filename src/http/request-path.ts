/**
 * The path of a target, without its query, for logs and spans: a query may hold an input. Undefined
 * for a target that is no path: it may be a whole URL, with a password in it.
 */
export function shownPath(target = ""): string | undefined {
  if (!target.startsWith("/")) return target === "*" ? target : undefined;
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

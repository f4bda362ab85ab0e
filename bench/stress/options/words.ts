import { UsageError } from "../../command/failures.ts";

/**
 * Splits text into words as a shell would: at spaces, but not within single or double quotes.
 *
 * @throws UsageError where a quote is not closed
 */
export function splitWords(text: string, flag: string): string[] {
  const words: string[] = [];
  for (const [, piece = ""] of text.matchAll(/((?:"[^"]*"|'[^']*'|[^\s])+)/g)) {
    if (/["']/.test(piece.replace(/"[^"]*"|'[^']*'/g, ""))) {
      throw new UsageError(`${flag} ${text}: a quote is not closed`);
    }
    words.push(piece.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
  }
  return words;
}

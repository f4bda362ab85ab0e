/**
 * The name that a mistyped one was most likely meant to be: the one with the fewest single-letter
 * edits. None, if that takes more than 2 edits and more than half of the letters.
 */
export function nearest<Name extends string>(
  given: string,
  names: readonly Name[],
): Name | undefined {
  let best: Name | undefined;
  let fewest = Math.max(2, Math.floor(given.length / 2)) + 1;
  for (const name of names) {
    const edits = editDistance(given, name);
    if (edits < fewest) {
      best = name;
      fewest = edits;
    }
  }
  return best;
}

/** Letters to insert, delete or replace to make `from` into `to` (Levenshtein 1966). */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** @param raw the flag as it was typed, with its dashes */
export function explainUnknownFlag(raw: string, known: readonly string[]): string {
  const meant = nearest(raw.replace(/^-+/, ""), known);
  return `${raw} is unknown. ${meant === undefined ? "See --help" : `Did you mean --${meant}?`}`;
}

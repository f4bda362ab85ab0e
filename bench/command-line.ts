/** A command of the package as it would be typed in a shell: `npm run bench -- --only 'a b'`. */
export function commandLine(script: "bench" | "stress", argv: readonly string[]): string {
  return ["npm run", script, ...(argv.length > 0 ? ["--"] : []), ...argv.map(quoted)].join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

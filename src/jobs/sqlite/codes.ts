/** The primary result codes of SQLite that this server tells apart (sqlite.org/rescode.html). */
export const sqliteCodes = { busy: 5, corrupt: 11, full: 13, notADatabase: 26 } as const;

/** SQLite's primary result code: the low byte of the extended one. 0 for an error of something else. */
export function codeOf(error: unknown): number {
  const { errcode } = Object(error) as { errcode?: unknown };
  return typeof errcode === "number" ? errcode & 0xff : 0;
}

/** Whether SQLite found the file damaged. */
export function isDamage(error: unknown): boolean {
  const codes: readonly number[] = [sqliteCodes.corrupt, sqliteCodes.notADatabase];
  return codes.includes(codeOf(error));
}

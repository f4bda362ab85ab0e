/** The start of a SQLite database (sqlite.org/fileformat2.html, sections 1.3 and 1.6). */
export interface Header {
  readonly applicationId: number;
  readonly userVersion: number;
  /** It has no table, index, view or trigger. */
  readonly isEmpty: boolean;
  /** How large the file should be; 0 if an old program wrote it. */
  readonly sizeBytes: number;
}

/** How much of the first page is needed to know all this. */
export const headerLength = 108;

const magic = Buffer.from("SQLite format 3\0", "latin1");

/** The type of a table's page that has no pages below it. */
const leaf = 13;

/** @returns undefined where this is no first page of a database */
export function headerOf(bytes: Buffer): Header | undefined {
  if (bytes.length < headerLength || !bytes.subarray(0, magic.length).equals(magic)) {
    return undefined;
  }
  const pageSize = bytes.readUInt16BE(16);
  const isSizeValid = bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  return {
    applicationId: bytes.readUInt32BE(68),
    userVersion: bytes.readInt32BE(60),
    isEmpty: bytes[100] === leaf && bytes.readUInt16BE(103) === 0,
    sizeBytes: isSizeValid ? bytes.readUInt32BE(28) * (pageSize === 1 ? 65_536 : pageSize) : 0,
  };
}

/**
 * Whether SQLite can have made this header from an earlier one while a server ran: only what each
 * write changes may differ, and the count of changes has not gone back.
 */
export function isSuccessor(bytes: Buffer, earlier: Buffer): boolean {
  if (!headerOf(bytes)) return false;
  const isSame = steady.every(([from, to]) =>
    bytes.subarray(from, to).equals(earlier.subarray(from, to)),
  );
  return isSame && bytes.readUInt32BE(changeCount) >= earlier.readUInt32BE(changeCount);
}

/** Where the header has the count of changes. */
const changeCount = 24;

/** The bytes that no write changes: not the counts of changes and pages, nor the schema's cookie. */
const steady = [
  [0, 24],
  [44, 92],
] as const;

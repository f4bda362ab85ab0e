import { closeSync, openSync, readSync } from "node:fs";

/** Sizes of the log's own header and of each frame's (sqlite.org/fileformat2.html, section 4.1). */
const logHeaderLength = 32;
const frameHeaderLength = 24;

/** The first number of a log. It is one more if the checksums are of big-endian words. */
const magic = 0x377f0682;

/**
 * The newest copy of a database's first page that was committed to a write-ahead log, read as SQLite
 * recovers it: frame after frame, up to the first that does not belong.
 *
 * @returns undefined where the log has none
 */
export function newestFirstPage(path: string): Buffer | undefined {
  const file = openSync(path, "r");
  try {
    return walk(file);
  } finally {
    closeSync(file);
  }
}

function walk(file: number): Buffer | undefined {
  const header = Buffer.alloc(logHeaderLength);
  if (!isFilled(file, header, 0) || header.readUInt32BE(0) >>> 1 !== magic >>> 1) return undefined;
  const sum = new Checksum(header.readUInt32BE(0) !== magic);
  sum.add(header.subarray(0, 24));
  if (!sum.isAt(header, 24)) return undefined;
  const salts = header.subarray(16, 24);
  const frame = Buffer.alloc(frameHeaderLength + header.readUInt32BE(8));
  let latest: Buffer | undefined;
  let committed: Buffer | undefined;
  for (let at = logHeaderLength; isFilled(file, frame, at); at += frame.length) {
    sum.add(frame.subarray(0, 8));
    sum.add(frame.subarray(frameHeaderLength));
    // What follows is of an older round, or was never written whole.
    if (!frame.subarray(8, 16).equals(salts) || !sum.isAt(frame, 16)) break;
    if (frame.readUInt32BE(0) === 1) latest = Buffer.from(frame.subarray(frameHeaderLength));
    const isCommit = frame.readUInt32BE(4) !== 0;
    if (isCommit) committed = latest;
  }
  return committed;
}

function isFilled(file: number, buffer: Buffer, position: number): boolean {
  return readSync(file, buffer, 0, buffer.length, position) === buffer.length;
}

/** SQLite's running sum over pairs of 32-bit words. */
class Checksum {
  readonly #isBigEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian;
  }

  add(bytes: Buffer): void {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const isLittleEndian = !this.#isBigEndian;
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      this.#first = (this.#first + words.getUint32(at, isLittleEndian) + this.#second) | 0;
      this.#second = (this.#second + words.getUint32(at + 4, isLittleEndian) + this.#first) | 0;
    }
  }

  isAt(bytes: Buffer, offset: number): boolean {
    return (
      bytes.readUInt32BE(offset) === this.#first >>> 0 &&
      bytes.readUInt32BE(offset + 4) === this.#second >>> 0
    );
  }
}

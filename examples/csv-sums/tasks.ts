/** Sums of a CSV file by a column, with csv-parse: a large file in, read piece by piece. */
import { parse } from "csv-parse";
import { bytes, defineTask, InputError, z } from "../../src/index.ts"; // in your project: from "manycore"

const pieceBytes = 64 * 1024;

export const csvSums = defineTask({
  name: "csv-sums",
  description: "Sums one column of a CSV file for each value of another.",
  input: bytes({
    types: ["text/csv"],
    maxBytes: 100_000_000,
    query: z.strictObject({ by: z.string(), of: z.string() }),
  }),
  memoryBytes: 150_000_000,
  async run({ data, query: { by, of } }, { progress }) {
    const sums = new Map<string, number>();
    const rows = parse({ columns: true, bom: true });
    rows.on("error", () => {}); // The loop below throws it.
    const written = write(data, rows, (done) => progress({ done, of: data.length }));
    try {
      for await (const row of rows) add(sums, row, by, of);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`the file is no CSV: ${(error as Error).message}`);
    }
    await written;
    return { sums: Object.fromEntries(sums) };
  },
});

/** The parser holds only a few pieces at a time. */
async function write(
  data: Uint8Array,
  rows: NodeJS.WritableStream,
  onPiece: (done: number) => void,
): Promise<void> {
  for (let from = 0; from < data.length; from += pieceBytes) {
    onPiece(from);
    const hasRoom = rows.write(data.subarray(from, from + pieceBytes));
    if (!hasRoom) await new Promise((resolve) => rows.once("drain", resolve));
  }
  rows.end();
}

function add(
  sums: Map<string, number>,
  row: Readonly<Record<string, string>>,
  by: string,
  of: string,
): void {
  const [key, value] = [row[by], Number(row[of])];
  if (key === undefined) throw new InputError(`the file has no column ${by}`, "/by");
  if (Number.isNaN(value)) throw new InputError(`column ${of} has ${row[of]}: no number`, "/of");
  sums.set(key, (sums.get(key) ?? 0) + value);
}

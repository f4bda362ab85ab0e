import {
  hashDigest,
  hashDigestAsync,
  hasNativeForm,
} from "../../../../src/tasks/builtin/hash/digest.ts";
import type { HashInput, HashResult } from "../../../../src/tasks/builtin/hash/input.ts";
import { hashSchema } from "../../../../src/tasks/builtin/hash/schema.ts";

export const limits = { hashMaxIterations: 2_000_000, hashMaxMemoryBytes: 256 * 2 ** 20 };

const schema = hashSchema(limits, true);

/** The input of a client, checked and completed. */
export function parsed(input: unknown): HashInput {
  return schema.parse(input);
}

/** The results of every form of the algorithm, from a client's input. */
export async function everyForm(input: unknown): Promise<readonly HashResult[]> {
  const checked = parsed(input);
  const sync = hashDigest(checked);
  return hasNativeForm(checked) ? [sync, await hashDigestAsync(checked)] : [sync];
}

import { printMebibytes } from "../../../config/mebibytes.ts";
import type { Argon2idInput, HashInput, Pbkdf2Input, ScryptInput } from "./input.ts";

/** The most that one run of `hash` may cost on this server. */
export interface HashLimits {
  /** Iterations of PBKDF2 (times the blocks of its key), and of the chained algorithms. */
  readonly hashMaxIterations: number;
  /** Memory of one scrypt or Argon2id run. No run may walk over more than 4 times this much. */
  readonly hashMaxMemoryBytes: number;
}

/** A field that costs too much, or does not go with another one. */
export interface HashFault {
  readonly field: string;
  readonly message: string;
}

/** How often a run may walk over the largest allowed memory. This bounds its time. */
const maxWalks = 4;

/**
 * With several lanes, OpenSSL starts a thread for each lane in each of the four slices of a pass.
 * The four threads of a lane cost as much CPU time as a walk over this much memory (measured: 60 to
 * 90 us each, against 1 ms a MiB).
 */
const laneBytes = 256 * 1024;

/**
 * The memory of one scrypt run, as OpenSSL counts it against `maxmem`: N + 2 blocks of 128 r bytes
 * to mix, and p blocks for the lanes (N, r, p of RFC 7914).
 */
export function scryptMemoryBytes(n: number, r: number, p: number): number {
  return 128 * r * (n + 2 + p);
}

/** Memory of one run of `hash`; 0 for algorithms that take little. */
export function hashMemoryBytes(input: HashInput): number {
  switch (input.algorithm) {
    case "scrypt":
      return scryptMemoryBytes(input.cost, input.blockSize, input.parallelization);
    case "argon2id":
      return input.memoryKib * 1024;
    default:
      return 0;
  }
}

/** Threads that one run of `hash` computes on: OpenSSL starts one for each lane of Argon2id. */
export function hashSlots(input: HashInput): number {
  return input.algorithm === "argon2id" ? input.parallelism : 1;
}

/** Every cap that this input exceeds. Each single field is already within its own bounds. */
export function hashFaults(input: HashInput, limits: HashLimits): readonly HashFault[] {
  switch (input.algorithm) {
    case "pbkdf2-sha256":
    case "pbkdf2-sha512":
      return pbkdf2Faults(input, limits);
    case "scrypt":
      return scryptFaults(input, limits);
    case "argon2id":
      return argon2idFaults(input, limits);
    case "sha256":
    case "sha512":
      return [];
  }
}

function pbkdf2Faults(input: Pbkdf2Input, limits: HashLimits): readonly HashFault[] {
  const { iterations, keyLength } = input;
  const blockBytes = input.algorithm === "pbkdf2-sha256" ? 32 : 64;
  const blocks = Math.ceil(keyLength / blockBytes);
  if (iterations * blocks <= limits.hashMaxIterations) return [];
  const message =
    `iterations: ${iterations} for each of the ${blocks} blocks of keyLength ${keyLength} ` +
    `are over this server's cap of ${limits.hashMaxIterations}: lower iterations or keyLength, ` +
    "or start the server with a higher --hash-max-iterations";
  return [{ field: "iterations", message }];
}

function scryptFaults(input: ScryptInput, limits: HashLimits): readonly HashFault[] {
  const { cost, blockSize, parallelization } = input;
  // RFC 7914: N must be below 2^(128 r / 8).
  if (blockSize === 1 && cost >= 2 ** 16) {
    return [{ field: "cost", message: "cost must be below 65536 where blockSize is 1" }];
  }
  // For every lane in turn, scrypt fills its memory once and walks over it once more.
  return memoryFaults(limits, {
    field: "cost",
    memoryBytes: hashMemoryBytes(input),
    walkedBytes: 2 * 128 * blockSize * cost * parallelization,
    remedy: "lower cost, blockSize or parallelization",
  });
}

function argon2idFaults(input: Argon2idInput, limits: HashLimits): readonly HashFault[] {
  const { memoryKib, passes, parallelism } = input;
  if (memoryKib < 8 * parallelism) {
    const message = `memoryKib must be at least ${8 * parallelism}: 8 for each lane (parallelism)`;
    return [{ field: "memoryKib", message }];
  }
  const memoryBytes = hashMemoryBytes(input);
  const threadBytes = parallelism === 1 ? 0 : parallelism * laneBytes;
  return memoryFaults(limits, {
    field: "passes",
    memoryBytes,
    walkedBytes: passes * (memoryBytes + threadBytes),
    remedy: "lower memoryKib, passes or parallelism",
  });
}

interface MemoryUse {
  readonly field: string;
  readonly memoryBytes: number;
  readonly walkedBytes: number;
  readonly remedy: string;
}

function memoryFaults(limits: HashLimits, use: MemoryUse): readonly HashFault[] {
  const { field, memoryBytes, walkedBytes } = use;
  const cap = limits.hashMaxMemoryBytes;
  const remedy = `${use.remedy}, or start the server with a higher --hash-max-memory`;
  if (memoryBytes > cap) {
    const needed = `the run needs ${printMebibytes(memoryBytes)} of memory`;
    return [
      {
        field,
        message: `${field}: ${needed}, this server's cap is ${printMebibytes(cap)}: ${remedy}`,
      },
    ];
  }
  if (walkedBytes > maxWalks * cap) {
    const walked = `the run walks over ${printMebibytes(walkedBytes)} of memory`;
    const most = `${printMebibytes(maxWalks * cap)}, ${maxWalks} times its cap on memory`;
    return [{ field, message: `${field}: ${walked}, this server's cap is ${most}: ${remedy}` }];
  }
  return [];
}

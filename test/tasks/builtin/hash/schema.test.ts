import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { hasArgon2, hashDigest } from "../../../../src/tasks/builtin/hash/digest.ts";
import { hashTask } from "../../../../src/tasks/builtin/hash/hash.ts";
import { hashSchema } from "../../../../src/tasks/builtin/hash/schema.ts";
import { hashlibInputs, nativeInputs } from "./arbitrary.ts";
import { limits } from "./runs.ts";

const schema = hashSchema(limits, true);

/** The errors of the input: their paths, and their messages by path. */
function faults(input: unknown, of = schema): Record<string, string> {
  const result = of.safeParse(input);
  const issues = result.success ? [] : result.error.issues;
  return Object.fromEntries(issues.map((issue) => [issue.path.join("."), issue.message]));
}

describe("the error of a wrong field has its path, its name and the allowed values", () => {
  const integer = (name: string, min: number, max: number) =>
    new RegExp(`^${name} must be a whole number from ${min} to ${max}\\b`);
  const iterations = integer("iterations", 1, 2_000_000);

  test.each([
    ["iterations", { iterations: Number.NaN }, iterations],
    ["iterations", { iterations: Number.POSITIVE_INFINITY }, iterations],
    ["iterations", { iterations: -1 }, iterations],
    ["iterations", { iterations: 0 }, iterations],
    ["iterations", { iterations: 1.5 }, iterations],
    ["iterations", { iterations: 1e300 }, iterations],
    ["iterations", { iterations: "1000" }, iterations],
    ["iterations", { iterations: null }, iterations],
    ["iterations", { iterations: [1] }, iterations],
    ["iterations", { iterations: 2_000_001 }, /--hash-max-iterations/],
    ["iterations", { algorithm: "sha256", iterations: 2_000_001 }, /--hash-max-iterations/],
    ["keyLength", { keyLength: 0 }, integer("keyLength", 1, 1024)],
    ["keyLength", { keyLength: 1025 }, integer("keyLength", 1, 1024)],
    ["keyLength", { algorithm: "argon2id", keyLength: 3 }, integer("keyLength", 4, 1024)],
    ["cost", { algorithm: "scrypt", cost: 1 }, integer("cost", 2, 2 ** 21)],
    ["cost", { algorithm: "scrypt", cost: 12_000 }, /^cost must be a power of two/],
    ["cost", { algorithm: "scrypt", cost: 2 ** 22 }, /--hash-max-memory/],
    ["cost", { algorithm: "scrypt", cost: 65_536, blockSize: 1 }, /below 65536/],
    ["blockSize", { algorithm: "scrypt", blockSize: 129 }, integer("blockSize", 1, 128)],
    ["parallelization", { algorithm: "scrypt", parallelization: 0 }, /from 1 to 128$/],
    ["memoryKib", { algorithm: "argon2id", memoryKib: 7 }, integer("memoryKib", 8, 2 ** 18)],
    ["memoryKib", { algorithm: "argon2id", memoryKib: 31, parallelism: 4 }, /at least 32\b/],
    ["memoryKib", { algorithm: "argon2id", memoryKib: 2 ** 18 + 1 }, /--hash-max-memory/],
    ["passes", { algorithm: "argon2id", passes: 0 }, /^passes must be a whole number from 1/],
    ["parallelism", { algorithm: "argon2id", parallelism: 17 }, integer("parallelism", 1, 16)],
    ["input", { input: null }, /^input must be a string$/],
    ["input", { input: 5 }, /^input must be a string$/],
    ["input", { input: "\ud800" }, /^input has half of a surrogate pair/],
    [
      "inputEncoding",
      { inputEncoding: "latin1" },
      /^inputEncoding must be one of utf8, hex, base64/,
    ],
    ["input", { input: "abc", inputEncoding: "hex" }, /^input is not hex/],
    ["input", { input: "zz", inputEncoding: "hex" }, /set inputEncoding \(it is hex\)/],
    ["input", { input: "YQ", inputEncoding: "base64" }, /^input is not base64: .*padding/],
    ["input", { input: "YR==", inputEncoding: "base64" }, /^input is not base64/],
    ["salt", { salt: 5 }, /^salt must be a string$/],
    ["salt", { salt: "pepper" }, /^salt is not hex: .* set saltEncoding \(it is hex\)/],
    ["salt", { salt: "a".repeat(1025), saltEncoding: "utf8" }, /^salt must be 0 to 1024 bytes/],
    [
      "salt",
      { algorithm: "argon2id", salt: "00".repeat(7) },
      /^salt must be 8 to 1024 bytes .* is 7/,
    ],
    ["saltEncoding", { saltEncoding: "utf8" }, /^saltEncoding utf8 .* give salt/],
    ["encoding", { encoding: "utf8" }, /^encoding must be one of hex, base64$/],
    [
      "secret",
      { algorithm: "argon2id", secret: "xy", secretEncoding: "hex" },
      /^secret is not hex/,
    ],
    [
      "associatedData",
      { algorithm: "argon2id", associatedData: "!", associatedDataEncoding: "base64" },
      /^associatedData is not base64/,
    ],
    ["algorithm", { algorithm: "md5" }, /^algorithm must be one of pbkdf2-sha512, .*argon2id/],
    ["algorithm", { algorithm: null }, /^algorithm must be one of/],
    ["algorithm", { algorithm: "constructor" }, /^algorithm must be one of/],
    ["rounds", { rounds: 5 }, /^rounds is not a field of hash: .*iterations, keyLength/],
    ["hasOwnProperty", { hasOwnProperty: 5 }, /^hasOwnProperty is not a field of hash/],
    ["cost", { cost: 1024 }, /^cost belongs to scrypt, and this is pbkdf2-sha512/],
    ["passes", { algorithm: "scrypt", passes: 1 }, /^passes belongs to argon2id, .* scrypt/],
    ["iterations", { algorithm: "scrypt", iterations: 9 }, /^iterations belongs to pbkdf2-sha512/],
    ["keyLength", { algorithm: "sha256", keyLength: 9 }, /^keyLength belongs to pbkdf2-sha512, /],
  ])("%s in %o", (field, given, message) => {
    const told = faults({ input: "a", ...given });
    expect(Object.keys(told)).toEqual([field]);
    expect(told[field]).toMatch(message);
  });

  test.each([[null], [undefined], [5], ["input"], [[]]])("hash of %o", (input) => {
    expect(faults(input)).toEqual({ "": "hash takes a JSON object" });
  });

  test("all wrong fields are reported at once", () => {
    const told = faults({ algorithm: "scrypt", input: 5, cost: "high", iterations: 5, foo: 1 });
    expect(Object.keys(told).sort()).toEqual(["cost", "foo", "input", "iterations"]);
  });
});

describe("the cost of several fields together is capped", () => {
  const within = [
    { iterations: 2_000_000, keyLength: 64 },
    { iterations: 125_000, keyLength: 1024 },
    { algorithm: "pbkdf2-sha256", iterations: 1_000_000, keyLength: 64 },
    { algorithm: "scrypt", cost: 2 ** 17, blockSize: 8, parallelization: 4 },
    { algorithm: "scrypt", cost: 2, blockSize: 128, parallelization: 128 },
    { algorithm: "argon2id", memoryKib: 2 ** 18, passes: 4 },
    { algorithm: "argon2id", memoryKib: 8, passes: 131_072 },
  ];
  const over = [
    ["iterations", { iterations: 2_000_000, keyLength: 65 }, /--hash-max-iterations/],
    ["iterations", { iterations: 125_001, keyLength: 1024 }, /16 blocks of keyLength 1024/],
    [
      "iterations",
      { algorithm: "pbkdf2-sha256", iterations: 1_000_001, keyLength: 64 },
      /keyLength/,
    ],
    [
      "cost",
      { algorithm: "scrypt", cost: 2 ** 18 },
      /needs 256.* MiB.* 256 MiB.*--hash-max-memory/,
    ],
    ["cost", { algorithm: "scrypt", cost: 2 ** 17, parallelization: 5 }, /1280 MiB.*1024 MiB/],
    ["passes", { algorithm: "argon2id", memoryKib: 2 ** 18, passes: 5 }, /1280 MiB.*1024 MiB/],
    ["passes", { algorithm: "argon2id", memoryKib: 8, passes: 131_073 }, /lower memoryKib, passes/],
    // Lanes cost threads: 16 lanes, 1024 times, would take about 5 s of CPU time.
    [
      "passes",
      { algorithm: "argon2id", memoryKib: 128, passes: 1024, parallelism: 16 },
      /parallelism/,
    ],
  ] as const;

  test.each(within)("%o is accepted", (given) => {
    expect(faults({ input: "a", ...given })).toEqual({});
  });

  test.each(over)("%s in %o is over it", (field, given, message) => {
    const told = faults({ input: "a", ...given });
    expect(Object.keys(told)).toEqual([field]);
    expect(told[field]).toMatch(message);
  });

  test.each([
    "pbkdf2-sha256",
    "pbkdf2-sha512",
    "scrypt",
    ...(hasArgon2 ? ["argon2id"] : []),
    "sha256",
    "sha512",
  ])("low caps lower the presets of %s to what runs", (algorithm) => {
    const low = hashSchema({ hashMaxIterations: 10, hashMaxMemoryBytes: 2 ** 20 }, true);
    expect(hashDigest(low.parse({ algorithm, input: "a" })).digest).toMatch(/^[0-9a-f]{64,128}$/);
  });
});

describe("what is accepted", () => {
  test("is completed with the presets of its algorithm, pbkdf2-sha512 where none is given", () => {
    const common = { input: "a", inputEncoding: "utf8", saltEncoding: "hex", encoding: "hex" };
    const preset = { algorithm: "pbkdf2-sha512", iterations: 100_000, keyLength: 64 };
    expect(schema.parse({ input: "a" })).toEqual({ ...common, ...preset });
    const scrypt = { algorithm: "scrypt", cost: 16_384, blockSize: 8, parallelization: 1 };
    expect(schema.parse({ input: "a", algorithm: "scrypt" })).toEqual({
      ...common,
      ...scrypt,
      keyLength: 64,
    });
  });

  test("is JSON, and passes again unchanged", () => {
    fc.assert(
      fc.property(fc.oneof(hashlibInputs, nativeInputs), (input) => {
        const once = schema.parse(input);
        expect(schema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
      }),
    );
  });

  test("is described by one JSON Schema for each algorithm, with its fields and no others", () => {
    const { oneOf } = z.toJSONSchema(schema, { io: "input" }) as {
      oneOf: {
        title: string;
        required: string[];
        properties: object;
        additionalProperties: object;
      }[];
    };
    const byTitle = new Map(oneOf.map((branch) => [branch.title, branch]));
    expect([...byTitle.keys()].sort()).toEqual([
      "argon2id",
      "pbkdf2-sha256",
      "pbkdf2-sha512",
      "scrypt",
      "sha256",
      "sha512",
    ]);
    expect(byTitle.get("pbkdf2-sha512")?.required).toBeUndefined();
    expect(byTitle.get("sha256")?.required).toEqual(["algorithm"]);
    expect(byTitle.get("sha256")?.additionalProperties).toEqual({ not: {} });
    expect(byTitle.get("sha256")?.properties).toMatchObject({
      iterations: { type: "integer", minimum: 1, maximum: 2_000_000, default: 50_000 },
    });
    expect(Object.keys(byTitle.get("sha256")?.properties ?? {})).not.toContain("keyLength");
  });
});

test("a Node without Argon2 refuses argon2id, with the remedy", () => {
  const older = hashSchema(limits, false);
  const told = faults({ algorithm: "argon2id", input: "a" }, older)["algorithm"];
  expect(told).toMatch(/needs Node.js 24.7 or later, .* has v\d+.*update it, or use one of pbkdf2/);
  expect(faults({ algorithm: "md5", input: "a" }, older)["algorithm"]).not.toMatch(/argon2id/);
  expect(JSON.stringify(z.toJSONSchema(older, { io: "input" }))).not.toMatch(/argon2id/);
});

test("a hash reports the memory that it takes, if that is much", () => {
  const { input, memoryBytes } = hashTask(limits);
  const taken = (sent: object) =>
    typeof memoryBytes === "function" && memoryBytes(input.parse({ input: "a", ...sent }));
  if (hasArgon2) expect(taken({ algorithm: "argon2id", memoryKib: 1024 })).toBe(1024 ** 2);
  expect(taken({ algorithm: "scrypt", cost: 1024, blockSize: 8 })).toBe(128 * 8 * (1024 + 3));
  expect(taken({ algorithm: "sha256" })).toBe(0);
  expect(taken({})).toBe(0);
});

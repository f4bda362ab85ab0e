import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hashDigest } from "../../../../src/tasks/builtin/hash/digest.ts";
import { hashlibInputs, nativeInputs } from "./arbitrary.ts";
import { everyForm, parsed } from "./runs.ts";

const script = fileURLToPath(new URL("../../../fixtures/task-hashlib.py", import.meta.url));

/** One Python process for all inputs. */
function hashlibDigests(inputs: readonly object[]): readonly string[] {
  const lines = inputs.map((input) => {
    const { input: message, inputEncoding, salt = "", saltEncoding, ...job } = parsed(input);
    return JSON.stringify({
      ...job,
      message: Buffer.from(message, inputEncoding).toString("hex"),
      saltBytes: Buffer.from(salt, saltEncoding).toString("hex"),
    });
  });
  const python = spawnSync("python3", [script], { input: lines.join("\n"), encoding: "utf8" });
  if (python.error) throw python.error;
  expect(python.stderr).toBe("");
  return python.stdout.trim().split("\n");
}

const hasPython = spawnSync("python3", ["--version"]).status === 0;

// Where no test may be skipped, a missing python3 is a failure.
test.skipIf(!hasPython && process.env["CI"] !== "true")(
  "the digests are those of Python's hashlib",
  () => {
    expect(hasPython, "python3 must be installed where CI=true").toBe(true);
    const batches = fc.array(hashlibInputs, { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(batches, (inputs) => {
        const ours = inputs.map((input) => {
          const result = hashDigest(parsed(input));
          return Buffer.from(result.digest, result.encoding).toString("hex");
        });
        expect(ours).toEqual(hashlibDigests(inputs));
      }),
      { numRuns: 3, endOnFailure: true },
    );
  },
);

test("the synchronous and the native form give the same result", async () => {
  await fc.assert(
    fc.asyncProperty(nativeInputs, async (input) => {
      const [sync, native] = await everyForm(input);
      expect(native).toEqual(sync);
    }),
    { numRuns: 150 },
  );
});

test("the result has everything to compute it again", async () => {
  await fc.assert(
    fc.asyncProperty(nativeInputs, async (input) => {
      const { salt: _, saltEncoding: __, ...unsalted } = input as Record<string, unknown>;
      const { digest, phc, ...used } = hashDigest(parsed(unsalted));
      const again = hashDigest(parsed({ ...unsalted, ...used }));
      expect(again).toEqual({ digest, phc, ...used });
    }),
    { numRuns: 50 },
  );
});

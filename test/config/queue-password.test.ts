import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { encodeWorkerConfig, parseConfig } from "../../src/config/config.ts";
import { withQueuePassword } from "../../src/config/queue-password.ts";

const folder = mkdtempSync(join(tmpdir(), "manycore-password-"));
afterAll(() => rmSync(folder, { recursive: true }));
const secret = "correct horse@/?#%";

function read(argv: readonly string[], held?: string, env: Record<string, string> = {}) {
  return withQueuePassword(parseConfig(argv, env, 4), held);
}

function served(argv: readonly string[], held?: string, env: Record<string, string> = {}) {
  const parsed = read(argv, held, env);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  return parsed;
}

function written(content: string): string {
  const file = join(folder, `password-${Math.random()}`);
  writeFileSync(file, content);
  return file;
}

const redis = ["--queue", "redis://h"];
const inFile = (content: string) => ["--queue-password-file", written(content)];

test("it comes from the variable or from a file, as it is", () => {
  expect(served(redis, secret).config.queue).toMatchObject({ password: secret, user: null });
  for (const end of ["", "\n", "\r\n", "\nmore\n"]) {
    const { config, warnings } = served([...redis, ...inFile(secret + end)]);
    expect([config.queue, warnings]).toEqual([expect.objectContaining({ password: secret }), []]);
  }
  const named = served(["--queue", "redis://me@h"], secret);
  expect(named.config.queue).toMatchObject({
    user: "me",
    password: secret,
    shown: "redis://***@h",
  });
  expect(served(redis).config.queue).toMatchObject({ password: null });
});

test("on the command line it is taken with a warning, which does not show it", () => {
  const { config, warnings } = served(["--queue", "redis://:abc@h"]);
  expect(config.queue).toMatchObject({ password: "abc" });
  expect(warnings).toEqual([expect.stringMatching(/--queue can be read by every user.*\(ps\)/)]);
  expect(warnings.join()).not.toContain("abc");
  const variable = served([], undefined, { MANYCORE_QUEUE: "redis://:abc@h" });
  expect(variable).toMatchObject({ warnings: [], config: { queue: { password: "abc" } } });
});

test.each<[string, readonly string[], string | undefined, RegExp]>([
  [
    "twice",
    ["--queue", "redis://:abc@h"],
    secret,
    /given twice.*MANYCORE_QUEUE_PASSWORD, or a file/,
  ],
  ["twice, in a file too", [...redis, ...inFile(secret)], secret, /given twice/],
  ["for a user that has none", ["--queue", "redis://me@h"], undefined, /a user without a password/],
  ["in an empty file", [...redis, ...inFile("\n")], undefined, /first line is empty/],
  ["in no file", [...redis, "--queue-password-file", "/no/file"], undefined, /ENOENT/],
])("it is refused %s", (_, argv, held, words) => {
  const parsed = read(argv, held);
  expect(parsed).toMatchObject({ kind: "errors", errors: [expect.stringMatching(words)] });
  for (const shown of ["correct horse", "abc"]) expect(JSON.stringify(parsed)).not.toContain(shown);
});

test("without a Redis it does nothing, which is said", () => {
  expect(served([], secret).warnings).toEqual([
    "MANYCORE_QUEUE_PASSWORD does nothing: --queue is no Redis",
  ]);
  expect(served(inFile(secret)).warnings).toEqual([
    "--queue-password-file does nothing: --queue is no Redis",
  ]);
  expect(served([]).warnings).toEqual([]);
});

test("no worker gets it", () => {
  const { config } = served(redis, secret);
  expect(JSON.stringify(encodeWorkerConfig(config, 1))).not.toContain("correct horse");
});

test("a broken address is refused without it", () => {
  const parsed = read(["--queue", "redis://me:abc@h:x"]);
  expect(parsed).toMatchObject({ errors: [expect.stringContaining('"redis://me:***@h:x"')] });
  expect(JSON.stringify(parsed)).not.toContain("abc");
});

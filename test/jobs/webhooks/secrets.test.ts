import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findSecrets } from "../../../src/jobs/webhooks/secrets.ts";
import { makeSecretCommand } from "../../../src/jobs/webhooks/signature.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

/** Made by the command that the messages name. */
function madeSecret(): string {
  return execFileSync("bash", ["-c", makeSecretCommand], { encoding: "utf8" }).trim();
}

test("secrets come from files and from the variable", () => {
  using folder = new Folder();
  const secrets = [madeSecret(), madeSecret(), madeSecret(), madeSecret()];
  const [first, second, third, fourth] = secrets;
  writeFileSync(folder.file("one"), `${first}\n`);
  writeFileSync(folder.file("two"), `${second} ${third}\n`);
  const keys = findSecrets([folder.file("one"), folder.file("two")], fourth);
  const written = keys.map((key) => `whsec_${Buffer.from(key).toString("base64")}`);
  expect(written).toEqual(secrets);
});

test("without a secret the message tells the command that makes one", () => {
  expect(() => findSecrets([])).toThrow(makeSecretCommand);
});

test("a secret that cannot be used is named by its source, and is not shown", () => {
  using folder = new Folder();
  writeFileSync(folder.file("bad"), "whsec_c2hvcnQ=");
  writeFileSync(folder.file("empty"), "\n");
  expect(() => findSecrets([folder.file("bad")])).toThrow(/^--webhook-secret-file .*bad: /);
  expect(() => findSecrets([folder.file("bad")])).not.toThrow(/c2hvcnQ/);
  expect(() => findSecrets([folder.file("empty")])).toThrow(/There is no secret in it/);
  expect(() => findSecrets([folder.file("none")])).toThrow(/ENOENT/);
  expect(() => findSecrets([], "x")).toThrow(/^MANYCORE_WEBHOOK_SECRET: /);
});

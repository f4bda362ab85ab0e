/** What others say of the document: a linter, and a validator of another author. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGuard } from "../../../src/http/guard/guard.ts";
import { writeDocument } from "../../../src/http/openapi/document.ts";
import { isTask } from "../../../src/tasks/define.ts";
import { builtInTasks, createRegistry } from "../../../src/tasks/registry.ts";
import * as documented from "../../fixtures/documented-tasks.ts";
import { Folder } from "../../helpers/embedded-queue.ts";
import { JobApp } from "../../helpers/job-app.ts";
import { limits, testGuardSettings } from "../../helpers/services.ts";

const folder = new Folder();
let app: JobApp;
let text: string;
beforeAll(async () => {
  const own = Object.values(documented).filter(isTask);
  const tasks = createRegistry([...builtInTasks(limits), ...own]);
  const guard = createGuard({ ...testGuardSettings, tokens: ["ab".repeat(32)] });
  app = await JobApp.open({ tasks, guard });
  text = writeDocument(app.services, "1.2.3");
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

test("a validator accepts it", async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

/**
 * The rules of `recommended-strict`, where every warning is an error, without two. Health and figures
 * have no 4XX of their own, and `default` for all others. That a field with a default cannot tell the
 * forms of a union apart is not so where it is a constant in each of them.
 */
const config = `
extends: [recommended-strict]
rules:
  operation-4xx-response: off
  no-illogical-composition-keywords: off
`;

test("a linter finds nothing in it", async () => {
  const [document, settings] = [folder.file("openapi.json"), folder.file("redocly.yaml")];
  writeFileSync(document, text);
  writeFileSync(settings, config);
  const cli = fileURLToPath(import.meta.resolve("@redocly/cli/bin/cli.js"));
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const args = [cli, "lint", document, "--config", settings, "--format", "json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 2 ** 26 })
    // It says what it finds by its exit code, too.
    .catch((failed: { stdout: string }) => failed);
  const { problems } = JSON.parse(stdout) as { problems: { message: string; location: unknown }[] };
  expect(problems.map(({ message, location }) => [message, JSON.stringify(location)])).toEqual([]);
});

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const module = new URL("../../../src/telemetry/tracing/find-tracing.ts", import.meta.url).href;
const api = import.meta.resolve("@opentelemetry/api");

/** What a process finds that has run this code, and whether it has loaded the API. */
function found(before: string): unknown {
  const script = `
    ${before}
    const { findTracing } = await import(${JSON.stringify(module)});
    const tracing = await findTracing();
    const { createRequire } = await import("node:module");
    const loaded = Object.keys(createRequire("/").cache).some((file) => file.includes("opentelemetry"));
    console.log(JSON.stringify({ isFound: tracing !== undefined, loaded }));`;
  const options = ["--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

test("without an SDK there is no tracing, and the API is not even loaded", () => {
  expect(found("")).toEqual({ isFound: false, loaded: false });
});

test("a program that only has the log of the API has no tracing", () => {
  const before = `const { diag, DiagConsoleLogger } = (await import(${JSON.stringify(api)})).default;
    diag.setLogger(new DiagConsoleLogger(), { suppressOverrideMessage: true });`;
  expect(found(before)).toEqual({ isFound: false, loaded: true });
});

test("with an SDK there is", () => {
  const sdk = import.meta.resolve("@opentelemetry/sdk-trace-base");
  const before = `const { trace } = (await import(${JSON.stringify(api)})).default;
    const { BasicTracerProvider } = (await import(${JSON.stringify(sdk)})).default;
    trace.setGlobalTracerProvider(new BasicTracerProvider());`;
  expect(found(before)).toEqual({ isFound: true, loaded: true });
});

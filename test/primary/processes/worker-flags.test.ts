import { expect, test } from "vitest";
import { workerFlags } from "../../../src/primary/processes/worker-flags.ts";

const quiet = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON";

test("a worker gets the flags of this process", () => {
  const flags = ["--import", "./sdk.mjs", "--max-old-space-size=100"];
  expect(workerFlags(flags)).toEqual([...flags, quiet]);
});

test.each([
  [["-e", "await 1"]],
  [["--input-type=module", "--eval", "await 1"]],
  [["-p", "1"]],
  [["-pe", "1"]],
  [["--eval=1"]],
])("but no program that was given on the command line: %j", (script) => {
  expect(workerFlags(["--trace-warnings", ...script, "--no-deprecation"])).toEqual([
    "--trace-warnings",
    "--no-deprecation",
    quiet,
  ]);
});

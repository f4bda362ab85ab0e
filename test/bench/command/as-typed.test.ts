import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { writeAsTyped } from "../../../bench/command/as-typed.ts";

test("without options there is no --", () => {
  expect(writeAsTyped("bench", [])).toBe("npm run bench");
  expect(writeAsTyped("bench", ["--quick"], "package")).toBe("manycore bench --quick");
});

test.each([
  [["--quick", "--modes", "single,threads"]],
  [["--input", '{"input":"it\'s"}']],
  [["--out", "two words", "$HOME", ""]],
])("a shell reads %j as it was", (argv) => {
  const line = writeAsTyped("stress", argv);
  const words = line.replace("npm run stress -- ", "");
  const { stdout } = spawnSync("sh", ["-c", `printf '%s\\n' ${words}`], { encoding: "utf8" });
  expect(stdout).toBe(argv.map((word) => `${word}\n`).join(""));
});

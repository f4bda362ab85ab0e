import { expect, test } from "vitest";
import { parseBackup } from "../../src/config/backup-arguments.ts";
import { noSettings, readSettings } from "../../src/config/file/settings.ts";

test.each([
  [["copy.db"], {}, "manycore.db"],
  [["--queue", "sqlite:a.db", "copy.db"], { MANYCORE_QUEUE: "none" }, "a.db"],
  [["copy.db", "--queue=sqlite:/x y/a.db"], {}, "/x y/a.db"],
  [["copy.db"], { MANYCORE_QUEUE: "sqlite:b.db" }, "b.db"],
])("%j with %j", (argv, env, path) => {
  expect(parseBackup(argv, env)).toEqual({ kind: "back-up", path, target: "copy.db" });
});

test("without a flag or a variable, the queue is that of the configuration file", () => {
  const settings = readSettings({ queue: "sqlite:c.db" }, "manycore.config.ts", ".");
  const file = { ...noSettings, ...settings };
  expect(parseBackup(["copy.db"], {}, file)).toMatchObject({ path: "c.db" });
  expect(parseBackup(["copy.db"], { MANYCORE_QUEUE: "sqlite:b.db" }, file)).toMatchObject({
    path: "b.db",
  });
  const broken = { ...noSettings, errors: ["It throws"] };
  expect(parseBackup(["copy.db"], {}, broken)).toEqual({ kind: "errors", errors: ["It throws"] });
  const flags = ["--queue", "sqlite:a.db", "copy.db"];
  expect(parseBackup(flags, {}, broken)).toMatchObject({ path: "a.db" });
});

test("a name with a dash is given after a lone --", () => {
  expect(parseBackup(["--", "-x.db"], {})).toMatchObject({ target: "-x.db" });
});

test.each([
  [[], {}, /Name the file of the backup: npm run backup -- FILE/],
  [["a", "b"], {}, /Name one file, not 2/],
  [["a", "--force"], {}, /--force is unknown. Use --queue or --help/],
  [
    ["a", "--queue", "jobs.db"],
    {},
    /--queue: "jobs.db" is not allowed. Did you mean sqlite:jobs.db/,
  ],
  [["a", "--queue"], {}, /--queue: "" is not allowed/],
  [["a", "--queue", "none"], {}, /no queue to back up/],
  [["a", "--queue", "redis://:b@h"], {}, /jobs are in redis:\/\/:\*\*\*@h: back up that Redis/],
  [["a"], { MANYCORE_QUEUE: "redis" }, /MANYCORE_QUEUE: "redis" is not allowed/],
  [
    ["a"],
    { npm_config_queue: "sqlite:x" },
    /npm kept --queue for itself.*npm run backup -- --queue/,
  ],
])("%j with %j is refused", (argv, env, words) => {
  const parsed = parseBackup(argv, env);
  expect(parsed.kind === "errors" ? parsed.errors.join("\n") : parsed).toMatch(words);
});

test.each([["--help"], ["-h"]])("%s prints the help, whatever else is given", (flag) => {
  expect(parseBackup([flag, "--force"], {})).toMatchObject({
    kind: "help",
    text: expect.stringContaining("npm run backup -- [--queue QUEUE] FILE"),
  });
});

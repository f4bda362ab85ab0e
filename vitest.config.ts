import { tmpdir } from "node:os";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

// Tests start thousands of threads and hundreds of processes, and each loads the same files. With
// this, all of them read compiled code from disk, as the server always does (src/manycore.js).
process.env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "node-compile-cache");

/**
 * Folders of tests that leave nothing behind in their process: each process runs many of
 * their files. A process of its own costs a file 0.2 s of CPU time (2 cores, Node 26).
 */
const together = ["channel", "config", "http", "telemetry", "tasks", "page", "bench/load"]
  .concat(["bench/{compare,stress}/*", "jobs/transitions", "jobs/schedules", "primary/supervisor"])
  .map((folder) => `test/${folder}/**/*.test.ts`);

/**
 * Tests that change the network of the machine: after all others. Chromium drops every connection
 * when an interface comes or goes.
 */
const alone = ["test/hosts/**/*.test.ts"];

// Test files share two cores with the servers they start, hence the generous time limits: they
// only bound a hang. Nothing is asserted about time that a busy machine could break.
export default defineConfig({
  test: {
    setupFiles: ["test/fixed-seed.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: "together", include: together, isolate: false } },
      {
        extends: true,
        test: {
          name: "apart",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...together, ...alone],
        },
      },
      { extends: true, test: { name: "alone", include: alone, sequence: { groupOrder: 1 } } },
    ],
  },
});

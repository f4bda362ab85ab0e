import { defineConfig } from "vitest/config";

// Test files share two cores with the servers they start, hence the generous time limits: they
// only bound a hang. Nothing is asserted about time that a busy machine could break.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    maxWorkers: 2,
  },
});

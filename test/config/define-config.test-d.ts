/** Checked by tsc: what a configuration file may hold. */
import { defineConfig, type ManycoreConfig } from "../../src/index.ts";

defineConfig({
  ...{ port: 9000, host: "::1", mode: "threads", workers: "auto", threads: 4, executor: "libuv" },
  ...{ runTimeout: "10s", bodyLimit: "2mb", hashMaxMemory: 1024, maxPending: 5 },
  ...{ queue: "sqlite:jobs.db", tasks: ["./tasks", "my-tasks"], webhookSecretFile: "secret" },
  ...{ errorStacks: true, accessLog: "all", logLevel: "warn" },
} as const satisfies ManycoreConfig);
defineConfig({ tasks: "./tasks", errorStacks: "on", queue: "none" });

// @ts-expect-error A time has a unit.
defineConfig({ runTimeout: 10 });
// @ts-expect-error
defineConfig({ runTimeout: "10 seconds" });
// @ts-expect-error
defineConfig({ mode: "fast" });
// @ts-expect-error
defineConfig({ port: "9000" });
// @ts-expect-error
defineConfig({ prot: 9000 });
// @ts-expect-error The file cannot name itself.
defineConfig({ config: "other.ts" });
// @ts-expect-error
defineConfig({ queue: "jobs.db" });
// @ts-expect-error
defineConfig({ tasks: [1] });
// @ts-expect-error
defineConfig({ errorStacks: "yes" });

import type { Config } from "../config/config.ts";
import { type GuardSettings, guardSettings } from "../config/guard-settings.ts";

/** What the routes of control work with, beside the primary. A reload may change it. */
export interface AppSettings {
  /** Who may use it. */
  readonly guard: GuardSettings;
  /** Whether clients may see the stacks of errors. */
  readonly errorStacks: boolean;
  /** Of a request that a job route reads. */
  readonly bodyLimitBytes: number;
}

/** @param host where control listens */
export function appSettings(config: Config, host: string): AppSettings {
  return {
    // The sites of --cors may use the main port. Their pages are no operators.
    guard: guardSettings({ ...config, host, cors: [] }),
    errorStacks: config.errorStacks === "on",
    bodyLimitBytes: config.bodyLimitBytes,
  };
}

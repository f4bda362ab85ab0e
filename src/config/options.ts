/**
 * The table of options, by theme in options/: flags, variables, `Config`, validation, `--help` and docs come from it.
 *
 * To add an option, add one entry to its group in options/. The key is its name in `Config`, with its unit (Ms,
 * Bytes); `flag` is its name for users, and MANYCORE_FLAG its variable. `config.key` then has the
 * value in the primary and in every worker. `WRITE_DOCS=1 npx vitest run test/config/help.test.ts`
 * renews the table in the documentation.
 */
import type { Group, Option, ValueOf } from "./option.ts";
import { addressOptions } from "./options/address.ts";
import { controlOptions } from "./options/control.ts";
import { defenceOptions } from "./options/defence.ts";
import { httpOptions } from "./options/http.ts";
import { jobsOptions } from "./options/jobs.ts";
import { logOptions } from "./options/log.ts";
import { processesOptions } from "./options/processes.ts";
import { quotasOptions } from "./options/quotas.ts";
import { runsOptions } from "./options/runs.ts";
import { startOptions } from "./options/start.ts";

/** The groups by their titles, in the order of `--help`. */
export const optionGroups: Readonly<Record<string, Group>> = {
  "Where it listens": addressOptions,
  "Processes and threads": processesOptions,
  "Tasks and runs": runsOptions,
  HTTP: httpOptions,
  Clients: quotasOptions,
  "Who may do what": defenceOptions,
  Jobs: jobsOptions,
  Control: controlOptions,
  Log: logOptions,
  Start: startOptions,
};

const options = {
  ...addressOptions,
  ...processesOptions,
  ...runsOptions,
  ...httpOptions,
  ...quotasOptions,
  ...defenceOptions,
  ...jobsOptions,
  ...controlOptions,
  ...logOptions,
  ...startOptions,
};

export type OptionTable = typeof options;

export type OptionKey = keyof OptionTable;

/** Every option's parsed value. */
export type Values = { readonly [Key in OptionKey]: ValueOf<OptionTable[Key]> };

export const optionKeys = Object.keys(options) as OptionKey[];

/** The options' flags, without their dashes. */
export const optionNames: readonly string[] = optionKeys.map((key) => options[key].flag);

export function optionOf(key: OptionKey): Option<unknown> {
  return options[key];
}

/** @param flag without its dashes */
export function keyOf(flag: string): OptionKey | undefined {
  return optionKeys.find((key) => options[key].flag === flag);
}

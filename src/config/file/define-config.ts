import type { OptionTable } from "../options.ts";

/** `runTimeout` for `run-timeout`. */
type CamelCase<Flag extends string> = Flag extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Flag;

type WrittenAs<Kind> = Kind extends { readonly written?: infer Written } ? Written : never;

type WrittenValue<Each> = Each extends { readonly kind: infer Kind; readonly repeatable: true }
  ? WrittenAs<Kind> | readonly WrittenAs<Kind>[]
  : Each extends { readonly kind: infer Kind }
    ? WrittenAs<Kind>
    : never;

/**
 * What a configuration file may set: every flag of `manycore serve`, by its name in camel case.
 * `manycore --help` describes them.
 */
export type ManycoreConfig = {
  readonly [Key in keyof OptionTable as OptionTable[Key] extends { readonly notInFile: true }
    ? never
    : CamelCase<OptionTable[Key]["flag"]>]?: WrittenValue<OptionTable[Key]> | undefined;
};

/** Gives the settings of a `manycore.config.ts` their types. It returns what it got. */
export function defineConfig(config: ManycoreConfig): ManycoreConfig {
  return config;
}

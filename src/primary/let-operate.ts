import type { Config } from "../config/config.ts";
import { Operator, type OperatorParts } from "./operator.ts";
import type { PrimaryOptions } from "./primary-options.ts";
import { Reload } from "./reload/reload.ts";

/** What opens an operator: its parts, but for the reload, which is made here. */
type OperatedServer = Omit<OperatorParts, "reload" | "log"> & {
  /** As the configuration was read: its port may be 0. */
  readonly asRead: Config;
  readonly options: PrimaryOptions;
};

/** Opens what an operator can do, and reloads after a save where `--watch` is on. */
export function letOperate({ asRead, options, ...parts }: OperatedServer): {
  readonly operator: Operator;
  readonly reload: Reload;
} {
  const { log, modules = [], readAgain } = options;
  const { forks, take } = parts;
  const roll = (config: Config) => {
    forks.config = config;
    operator.rolling();
    take({ type: "roll" });
  };
  const running = () => forks.config;
  const reload = new Reload({ running, asRead, log, modules, readAgain, roll });
  const operator = new Operator({ ...parts, log, reload });
  if (forks.config.watch === "on" && readAgain) reload.watch();
  return { operator, reload };
}

import type { Config } from "../config/config.ts";
import type { Telemetry } from "../telemetry/events.ts";
import type { Control } from "./control.ts";
import { Operator, type OperatorParts } from "./operator.ts";
import type { PrimaryOptions } from "./primary-options.ts";
import { Reload } from "./reload/reload.ts";
import { startWarnings } from "./start-warnings.ts";

/** What opens an operator: its parts, but for the reload, which is made here. */
type OperatedServer = Omit<OperatorParts, "reload" | "log"> & {
  readonly telemetry: Telemetry;
  /** As the configuration was read: its port may be 0. */
  readonly asRead: Config;
  readonly options: PrimaryOptions;
  readonly control: () => Promise<Control | undefined>;
};

/** Opens what an operator can do, and reloads after a save where `--watch` is on. */
export function letOperate({ asRead, options, control, ...parts }: OperatedServer): {
  readonly operator: Operator;
  readonly reload: Reload;
} {
  const { log, modules = [], readAgain } = options;
  const { forks, take, telemetry } = parts;
  const goBackTo = (config: Config) => {
    forks.config = config;
  };
  const roll = (config: Config) => {
    const known = startWarnings(forks.config);
    for (const warning of startWarnings(config)) if (!known.includes(warning)) log.warn(warning);
    forks.config = config;
    operator.rolling();
    telemetry.emit("reload.begun");
    take({ type: "roll" });
  };
  const use = (config: Config) => {
    operator.use(config); // Its number of workers is not that of now.
    void control().then((opened) => opened?.use(config));
  };
  const running = () => forks.config;
  const onRefused = (reasons: readonly string[]) =>
    telemetry.emit("reload.ended", { error: reasons.join(" ") });
  const changes = { roll, use, goBackTo, onRefused };
  const reload = new Reload({ running, asRead, log, modules, readAgain, ...changes });
  const operator = new Operator({ ...parts, log, reload });
  if (forks.config.watch === "on" && readAgain) reload.watch();
  return { operator, reload };
}

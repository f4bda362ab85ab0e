import { waitAtMost } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Telemetry } from "../telemetry/events.ts";
import type { Control } from "./control.ts";
import type { PrimaryOptions } from "./primary-options.ts";
import type { Forks } from "./processes/forks.ts";
import { addressOf, startLine } from "./start-line.ts";

/** Longest wait for control, before the start line is printed without it. */
const longestControlMs = 5000;

/** What is to be said of a server that is up. */
export interface Announced {
  readonly config: Config;
  readonly control: Promise<Control | undefined>;
  readonly print: PrimaryOptions["print"];
  /** Nothing is said of a server that ended while control was starting. */
  readonly hasEnded: () => boolean;
  /** Whose workers hear where control is. */
  readonly forks: Pick<Forks, "tellControl"> | undefined;
  readonly telemetry: Telemetry;
}

/** Says where the server is, and where control is. */
export async function announce(announced: Announced): Promise<void> {
  const { config, control, print, hasEnded, forks, telemetry } = announced;
  const url = control.then((opened) => opened?.url);
  const controlUrl = await waitAtMost(url, longestControlMs);
  if (hasEnded()) return;
  if (controlUrl !== undefined) forks?.tellControl(controlUrl);
  print(startLine(config, process.pid, controlUrl), addressOf(config), controlUrl);
  telemetry.emit("server.up");
}

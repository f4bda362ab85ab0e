import type { Logger } from "pino";
import type { ReadConfig } from "../config/config.ts";
import type { Control, Controlled } from "./control.ts";
import type { Service } from "./service.ts";

/** What the primary needs of the program that it is part of. */
export interface PrimaryOptions {
  readonly log: Logger;
  /** The script that a worker runs: a path or a file URL. */
  readonly entry: string | URL;
  /**
   * Takes the one line for people, without a line feed, and the URLs of the server and of its control,
   * when the server is up.
   */
  readonly print: (line: string, url: string, control: string | undefined) => void;
  /** Opens what the workers share. It rejects with an Error for the operator. */
  readonly openServices: () => Promise<readonly Service[]>;
  /** Starts the admin listener, if there is to be one. */
  readonly openControl?: (controlled: Controlled) => Promise<Control | undefined>;
  /** The configuration file's modules, as absolute paths; for reloads. */
  readonly modules?: readonly string[];
  /** Reads the configuration again; for reloads. Without it they keep the one that there is. */
  readonly readAgain?: () => Promise<ReadConfig>;
}

/** How the server ended. */
export interface PrimaryEnd {
  /** The exit code; see `step`. */
  readonly code: number;
  /** Why it had to; undefined where it was told to. It is in the log, too. */
  readonly message: string | undefined;
}

/** Options: how the server starts. */
import type { Group } from "../option.ts";
import { text, toggle } from "../values.ts";

export const startOptions = {
  configFile: {
    flag: "config",
    kind: text("FILE", "auto, none, or the path of a file", /./, "settings.ts"),
    default: "auto",
    doc: "Configuration file. auto reads manycore.config.ts (or .mts, .js, .mjs, .json) of the working folder, if there is one. none reads no file",
    notInFile: true,
  },
  watch: {
    flag: "watch",
    kind: toggle,
    default: "off",
    doc: "Whether the workers are replaced when a task module, what it imports, or the configuration file is saved",
  },
} as const satisfies Group;

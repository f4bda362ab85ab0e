/** The commands of manycore, and how a user types them. */

interface CommandUse {
  /** The npm script that stands for it in a clone. */
  readonly script: string;
  /** What follows it, for `--help`. */
  readonly words: string;
  /** What it does, in a line. */
  readonly does: string;
}

export const commands = {
  serve: {
    script: "npm start",
    words: "[FLAGS] [TASKS...]",
    does: "serves the built-in tasks and yours",
  },
  init: {
    script: "npm run init",
    words: "[DIR]",
    does: "writes a task with a test to start from",
  },
  bench: { script: "npm run bench", words: "--help", does: "compares the modes on this machine" },
  stress: { script: "npm run stress", words: "--help", does: "finds the load that it can take" },
  run: {
    script: "npm run task",
    words: "TASK",
    does: "runs a task of a server",
  },
  submit: {
    script: "npm run submit",
    words: "TASK",
    does: "submits a job to a server",
  },
  ctl: {
    script: "npm run ctl",
    words: "COMMAND",
    does: "looks at a server, and operates it",
  },
  backup: {
    script: "npm run backup",
    words: "FILE",
    does: "copies the queue's file while in use",
  },
} as const satisfies Record<string, CommandUse>;

export type Command = keyof typeof commands;
export const commandNames = Object.keys(commands) as Command[];

/** How the process was started: from a clone, from the package by npx, or from the package. */
export type Start = "source" | "npx" | "package";

export function startOf(env: Readonly<Record<string, string | undefined>>): Start {
  if (import.meta.filename.endsWith(".ts")) return "source";
  return env["npm_command"] === "exec" ? "npx" : "package";
}

/**
 * How a command is typed, for messages, `--help` and reports. With the words `--quick`, bench is
 * `npm run bench -- --quick` in a clone and `manycore bench --quick` with the package.
 *
 * @param words what follows, as a shell reads it
 */
export function typed(start: Start, command: Command, words = ""): string {
  const rest = words === "" ? [] : [words];
  if (start === "source") {
    return [commands[command].script, ...rest.map((word) => `-- ${word}`)].join(" ");
  }
  const program = start === "npx" ? "npx manycore" : "manycore";
  return [program, command, ...rest].join(" ");
}

/** Whether npm took a flag for its own, as in `npm start --port 9000`. It then sets a variable. */
export function isKeptByNpm(
  flag: string,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return env[`npm_config_${flag.replaceAll("-", "_")}`] !== undefined;
}

/** @param asTyped how to type the flag, so that npm passes it on */
export function explainKept(flag: string, asTyped: string): string {
  return `npm kept --${flag} for itself. Put a lone -- before: ${asTyped}`;
}

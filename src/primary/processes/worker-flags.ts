/**
 * Node loads a task file in TypeScript whose package.json has no "type", but with a warning: plain
 * text in a log of JSON lines.
 */
const quietLoading = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON";

/** These say what the main module is, with the argument that follows. A worker has its own. */
const withScript = new Set(["-e", "--eval", "-p", "--print", "-pe"]);

const ofScript = /^(--eval|--print|--input-type|--experimental-default-type)=/;

/**
 * Flags of Node for a worker: those of this process. A program that is given on the command line
 * (`node -e`) is not the worker's.
 */
export function workerFlags(execArgv: readonly string[]): string[] {
  const flags = execArgv.filter((flag, index) => {
    const isScript = index > 0 && withScript.has(execArgv[index - 1] ?? "");
    return !isScript && !withScript.has(flag) && !ofScript.test(flag);
  });
  return [...flags, quietLoading];
}

/**
 * Warnings for a server that is process 1, such as the command of a container. Process 1 inherits the
 * children of processes that have ended, and must collect them when they end. Node collects only its
 * own children.
 */
export function processOneWarnings(pid: number, taskFiles: readonly string[]): string[] {
  if (pid !== 1 || taskFiles.length === 0) return []; // The built-in tasks start no processes.
  return [
    "This is process 1, which should collect what ended processes leave behind, and Node cannot. " +
      "If your tasks start processes, start the server under an init: docker run --init, or tini",
  ];
}

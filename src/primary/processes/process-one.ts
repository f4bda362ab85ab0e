/**
 * What is to be said at the start of a server that is process 1, as the command of a container is
 * one. The ended children of processes that have ended themselves are handed to it, and stay until
 * it collects them. Node collects its own children only.
 */
export function processOneWarnings(pid: number, taskFiles: readonly string[]): string[] {
  if (pid !== 1 || taskFiles.length === 0) return []; // Tasks of ours start no processes.
  return [
    "This is process 1, which should collect what ended processes leave behind, and Node cannot. " +
      "If your tasks start processes, start the server under an init: docker run --init, or tini",
  ];
}

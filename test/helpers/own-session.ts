import { ServerProcess } from "./server-process.ts";

/**
 * Starts a server in a session of its own, as a service is: it has no terminal, also where the tests
 * have one. `ServerProcess.exited` is then the exit of setsid, which waits for the server.
 */
export function startWithoutTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return ServerProcess.startBy('exec setsid -w "$0" "$@"', args, env);
}

/** Sends the primary a signal. */
export function signalPrimary(server: ServerProcess, name: NodeJS.Signals): void {
  process.kill(primaryPid(server), name);
}

export function primaryPid(server: ServerProcess): number {
  return Number(/\(pid (\d+);/.exec(server.stdout)?.[1]);
}

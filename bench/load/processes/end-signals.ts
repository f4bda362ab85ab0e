/** The signals that end a command, with their numbers. The exit code is 128 plus the number. */
const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

export type EndSignal = keyof typeof numbers;

export const endSignals = Object.keys(numbers) as readonly EndSignal[];

export function getExitCode(signal: EndSignal): number {
  return 128 + numbers[signal];
}

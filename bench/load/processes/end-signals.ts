/** The signals that end a command, as a shell counts them: its exit code is 128 more. */
const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

export type EndSignal = keyof typeof numbers;

export const endSignals = Object.keys(numbers) as readonly EndSignal[];

export function getExitCode(signal: EndSignal): number {
  return 128 + numbers[signal];
}

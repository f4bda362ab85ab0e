/** Below this share of the time on the clock, other threads computed. */
const ownThread = 0.1;

/**
 * Length of a bare run. CPU time, because other work on the machine does not lengthen it; time on
 * the clock if other threads compute.
 */
export function chooseRunLengthMs({ cpuMs, clockMs }: { cpuMs: number; clockMs: number }): number {
  return cpuMs > ownThread * clockMs ? cpuMs : clockMs;
}

/** Under this share of the time on the clock it was not the process's own thread that computed. */
const ownThread = 0.1;

/**
 * The length of a bare run, of its two times: its CPU time, which other work on the machine does not
 * lengthen; the time on the clock where other threads compute.
 */
export function chooseRunLengthMs({ cpuMs, clockMs }: { cpuMs: number; clockMs: number }): number {
  return cpuMs > ownThread * clockMs ? cpuMs : clockMs;
}

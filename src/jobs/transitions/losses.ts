/** How far an attempt had come when its worker ended. */
export type Stage =
  /** It had not started. */
  | "waiting"
  /** It had, or nobody knows. */
  | "running"
  /** Its run had ended, and that was not told yet. */
  | "ended";

/** Attempts that were lost together. */
export interface Loss<Attempt> {
  readonly attempts: readonly Attempt[];
  /** Whether it is one, and no other can be to blame. */
  readonly wasAlone: boolean;
}

/**
 * Sorts the attempts that a worker had at its end: those that only waited, and those that are lost. A
 * run that had ended is not to blame while another one was running. But it may leave something behind
 * that ends its worker a moment later; so it is lost all the same, and is a suspect in the end.
 *
 * @param others how many more runs may be to blame
 */
export function sortLosses<Attempt>(
  attempts: readonly Attempt[],
  stageOf: (attempt: Attempt) => Stage,
  others = 0,
): { readonly waiting: readonly Attempt[]; readonly losses: readonly Loss<Attempt>[] } {
  const at = (stage: Stage) => attempts.filter((attempt) => stageOf(attempt) === stage);
  const [running, ended] = [at("running"), at("ended")];
  const isTold = running.length + others > 0;
  const losses = [
    { attempts: running, wasAlone: running.length + others === 1 },
    { attempts: ended, wasAlone: !isTold && ended.length === 1 },
  ];
  return { waiting: at("waiting"), losses: losses.filter((loss) => loss.attempts.length > 0) };
}

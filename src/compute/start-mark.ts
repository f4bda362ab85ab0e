/**
 * What is written into a file just before a run starts: it survives whatever ends the process. A
 * thread writes it itself, because a run may be lost on its way from the event loop to the thread.
 */
export interface StartMark {
  /** The file's descriptor, the same in all threads of a process. */
  readonly file: number;
  /** Where in the file, in bytes. */
  readonly at: number;
  readonly numbers: readonly number[];
}

/** A handle of Node's own, of a socket or a listener, as far as this program uses it. */
export interface Closable {
  close(): void;
  /** Its file descriptor; the system gives the lowest that is free. */
  readonly fd?: number;
}

export function isClosable(handle: unknown): handle is Closable {
  return typeof (handle as Partial<Closable> | undefined)?.close === "function";
}

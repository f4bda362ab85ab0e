/** A handle of Node's own, of a socket or a listener, as far as this program uses it. */
export interface Closable {
  close(): void;
}

export function isClosable(handle: unknown): handle is Closable {
  return typeof (handle as Partial<Closable> | undefined)?.close === "function";
}

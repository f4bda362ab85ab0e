/** A handle of Node's own, of a connection on its way to another process. */
export interface PassedHandle {
  readStop(): void;
  close(): void;
  onread?: () => void;
  /** Whether Node reads from it. */
  reading?: boolean;
}

/**
 * The handle of a socket that Node has made for a connection that has just arrived over the channel
 * between two processes. Node begins to read at once, so this must be called before the event loop
 * turns. The socket is of no use afterwards.
 *
 * @returns undefined if this is no such socket
 */
export function takeHandle(socket: unknown): PassedHandle | undefined {
  const { _handle: handle } = Object(socket) as { readonly _handle?: Partial<PassedHandle> | null };
  if (typeof handle?.readStop !== "function" || typeof handle.close !== "function")
    return undefined;
  handle.readStop();
  handle.onread = () => {};
  handle.reading = false; // Its next socket begins to read.
  Object.assign(socket as object, { _handle: null });
  return handle as PassedHandle;
}

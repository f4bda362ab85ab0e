/**
 * Work for one of many at a time: what is asked for while it goes on is done once more after it. Where
 * it fails, chores do it again.
 */
export function eachInTurn<Key>(work: (key: Key) => Promise<void>): (key: Key) => void {
  /** Whether it is wanted once more. */
  const busy = new Map<Key, boolean>();
  const begin = async (key: Key) => {
    while (busy.get(key)) {
      busy.set(key, false);
      await work(key).catch(() => {});
    }
    busy.delete(key);
  };
  return (key) => {
    const isBusy = busy.has(key);
    busy.set(key, true);
    if (!isBusy) void begin(key);
  };
}

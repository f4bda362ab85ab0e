/**
 * Work for one number at a time: what is asked for while it goes on is done once more after it. Where
 * it fails, chores do it again.
 */
export function eachInTurn(work: (seq: number) => Promise<void>): (seq: number) => void {
  /** Whether it is wanted once more, by number. */
  const busy = new Map<number, boolean>();
  const begin = async (seq: number) => {
    while (busy.get(seq)) {
      busy.set(seq, false);
      await work(seq).catch(() => {});
    }
    busy.delete(seq);
  };
  return (seq) => {
    const isBusy = busy.has(seq);
    busy.set(seq, true);
    if (!isBusy) void begin(seq);
  };
}

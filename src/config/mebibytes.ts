/** For messages: `256 MiB`, `1.5 MiB`. */
export function printMebibytes(bytes: number): string {
  return `${Number((bytes / 1024 ** 2).toFixed(1))} MiB`;
}

/** Bounds and kinds that several options share. */
import { duration } from "../measures.ts";

export const day = 86_400_000;
export const [mb, gb] = [1024 ** 2, 1024 ** 3];
export const upToADay = duration(1, day);

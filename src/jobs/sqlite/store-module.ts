import { extname } from "node:path";
import type { StoreModule } from "../primary/store-module.ts";
import { realPathOf } from "./real-path.ts";
import type { StoreThreadData } from "./thread/store-thread.ts";

const thread = new URL(`./thread/store-thread${extname(import.meta.url)}`, import.meta.url);

/** A store in a SQLite file. The file is made where it is absent. */
export function storeOnFile(options: StoreThreadData): StoreModule {
  const path = realPathOf(options.path);
  return { thread, data: { ...options, path }, path, noun: "the queue's file" };
}

/** Options: tasks and runs. */

import { size } from "../measures.ts";
import type { Group } from "../option.ts";
import { fromFolder } from "../task-sources.ts";
import { text, wholeNumber } from "../values.ts";
import { gb, mb, upToADay } from "./bounds.ts";

export const runsOptions = {
  taskFiles: {
    flag: "tasks",
    kind: text(
      "TASKS",
      "the path of a task module or of a folder, or a package",
      /./,
      "./my task.ts",
    ),
    default: "",
    doc: "Your own tasks: a module, a folder of modules, or an installed package. Repeat it for more, or name them without the flag. The variable separates them by : (on Windows by ;)",
    repeatable: true,
    fromFolder,
  },
  maxPending: {
    flag: "max-pending",
    kind: wholeNumber(0, 1_000_000),
    default: "200",
    doc: "Runs that may wait in each worker. Past it the answer is 503",
  },
  queueTimeoutMs: {
    flag: "queue-timeout",
    kind: upToADay,
    default: "10s",
    doc: "Longest wait of a run for its turn. Past it the answer is 503",
  },
  runTimeoutMs: {
    flag: "run-timeout",
    kind: upToADay,
    default: "30s",
    doc: "Longest time of a run, from its start. Past it the answer is 504",
  },
  hangTimeoutMs: {
    flag: "hang-timeout",
    kind: upToADay,
    default: "5s",
    doc: "How far past its timeout a run may go where it cannot be interrupted. Then its worker is ended and replaced",
  },
  threadMemoryBytes: {
    flag: "thread-memory",
    kind: size(16 * mb, 64 * gb),
    default: "512mb",
    doc: "Memory for the JavaScript objects of each Piscina thread, without buffers. A run that needs more fails alone",
  },
  hashMaxIterations: {
    flag: "hash-max-iterations",
    kind: wholeNumber(1, 2 ** 31 - 1),
    default: "2000000",
    doc: "Most iterations that a hash may ask for. Past it the answer is 422",
  },
  hashMaxMemoryBytes: {
    flag: "hash-max-memory",
    kind: size(mb, 64 * gb),
    default: "256mb",
    doc: "Most memory that a hash may ask for. Past it the answer is 422",
  },
} as const satisfies Group;

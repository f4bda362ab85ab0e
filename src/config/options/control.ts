/** Options: the admin listener. */
import { controlAddress } from "../control-address.ts";
import type { Group } from "../option.ts";

export const controlOptions = {
  control: {
    flag: "control",
    kind: controlAddress,
    default: "auto",
    doc: "Where control listens: metrics, statistics, and what an operator can do. auto is the port after --port (8001 after 8000), on 127.0.0.1. A port that is taken moves to the next free one; 0 takes any",
  },
} as const satisfies Group;

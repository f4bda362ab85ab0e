import { isCount, isText } from "../../channel/checks.ts";

export interface Attempt {
  readonly id: string;
  readonly token: number;
}

/** Its fields in a message. */
export const attempt = { id: isText, token: isCount };

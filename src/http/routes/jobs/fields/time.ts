import { z } from "zod";

/** An example of a valid time. A fixed one would be in the past some day. */
function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+/, "");
}

export const timeField = z.iso.datetime({
  offset: true,
  error: () => `must be a time as in ${tomorrow()} (RFC 3339)`,
});

import { createHmac, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Ids } from "../../../src/jobs/ids/ids.ts";

/** As ids were made when the first ones were given out: those must stay valid. */
function givenOut(secret: Uint8Array, purpose: string, seq: number): string {
  const number = Buffer.alloc(6);
  number.writeUIntBE(seq, 0, 6);
  const mac = createHmac("sha256", secret).update(purpose).update(number).digest();
  return Buffer.concat([number, mac.subarray(0, 10)]).toString("base64url");
}

test.each([16, 32, 64, 65])(
  "ids under a secret of %i bytes are those of HMAC-SHA-256",
  (length) => {
    const secret = randomBytes(length);
    const ids = new Ids(secret);
    for (const seq of [1, 2, 255, 65_536, 2, 8194, 2, 2 ** 40 + 7, 2 ** 48 - 1]) {
      expect(ids.idOf(seq)).toBe(givenOut(secret, "job", seq));
      expect(ids.cursorOf(seq)).toBe(givenOut(secret, "cursor", seq));
      expect(ids.batchIdOf(seq)).toBe(givenOut(secret, "batch", seq));
      expect(ids.seqOfId(ids.idOf(seq))).toBe(seq);
    }
  },
);

test("an id of another file, of another kind, or that was changed opens nothing", () => {
  const ids = new Ids(randomBytes(32));
  const id = ids.idOf(7);
  const changed = id.slice(0, -1) + (id.endsWith("A") ? "Q" : "A");
  const foreign = new Ids(randomBytes(32)).idOf(7);
  for (const each of ["", changed, foreign, ids.cursorOf(7), `${id}A`, "é".repeat(22)]) {
    expect(ids.seqOfId(each)).toBeUndefined();
  }
});

import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { readSecrets, signatureHeaders } from "../../../src/jobs/webhooks/signature.ts";

/** Of the specification: the reference verifier must come to the same signature. */
const vector = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  content: {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    sentAtSeconds: 1614265330,
    body: '{"test": 2432232314}',
  },
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

const secretText = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`);

test("a webhook is signed as the specification does it", () => {
  const headers = signatureHeaders(readSecrets(vector.secret), vector.content);
  expect(headers).toEqual({
    "webhook-id": vector.content.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": vector.signature,
  });
});

test("the reference verifier accepts every webhook, with any of its secrets", () => {
  const now = () => Math.floor(Date.now() / 1000);
  fc.assert(
    fc.property(secretText, secretText, fc.json(), (one, other, body) => {
      const keys = readSecrets(`${one} ${other}\n`);
      const headers = signatureHeaders(keys, { id: "msg_a_1", sentAtSeconds: now(), body });
      for (const secret of [one, other]) {
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      }
    }),
    { numRuns: 50 },
  );
});

test("the reference verifier refuses a webhook that was changed, or is old", () => {
  const content = { id: "msg_a_1", sentAtSeconds: Math.floor(Date.now() / 1000), body: "{}" };
  const verifier = new Webhook(vector.secret);
  const keys = readSecrets(vector.secret);
  const headers = signatureHeaders(keys, content);
  verifier.verify("{}", headers);
  expect(() => verifier.verify("[]", headers)).toThrow();
  expect(() => verifier.verify("{}", { ...headers, "webhook-id": "msg_a_2" })).toThrow();
  const old = signatureHeaders(keys, { ...content, sentAtSeconds: content.sentAtSeconds - 3600 });
  expect(() => verifier.verify("{}", old)).toThrow();
});

test.each([
  ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", /is whsec_ and then base64/],
  ["whsec_", /is whsec_ and then base64/],
  ["whsec_not-base64!", /is whsec_ and then base64/],
  ["whsec_c2hvcnQ=", /24 to 64 bytes, not 5/],
  [`whsec_${Buffer.alloc(65).toString("base64")}`, /24 to 64 bytes, not 65/],
])("%s is no secret, and the message tells how to make one", (secret, reason) => {
  expect(() => readSecrets(secret)).toThrow(reason);
  expect(() => readSecrets(secret)).toThrow(/node -p/);
});

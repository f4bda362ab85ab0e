import { describe, expect, test } from "vitest";
import { hasArgon2 } from "../../../../src/tasks/builtin/hash/digest.ts";
import { everyForm } from "./runs.ts";

/** Both forms, synchronous and native, must give the published digest. */
async function expectDigest(input: object, digest: string): Promise<void> {
  for (const result of await everyForm(input)) expect(result.digest).toBe(digest);
}

describe("pbkdf2-sha256 as in RFC 7914, section 11", () => {
  test.each([
    {
      input: { input: "passwd", salt: "salt", iterations: 1 },
      digest:
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc" +
        "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
    },
    {
      input: { input: "Password", salt: "NaCl", iterations: 80_000 },
      digest:
        "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56" +
        "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d",
    },
  ])("$input", async ({ input, digest }) => {
    const rest = { algorithm: "pbkdf2-sha256", saltEncoding: "utf8", keyLength: 64 };
    await expectDigest({ ...input, ...rest }, digest);
  });
});

// The fourth vector of the section needs 1 GiB and about 3 s, so it is left out.
describe("scrypt as in RFC 7914, section 12", () => {
  test.each([
    {
      input: { input: "", salt: "", cost: 16, blockSize: 1, parallelization: 1 },
      digest:
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442" +
        "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
    },
    {
      input: { input: "password", salt: "NaCl", cost: 1024, blockSize: 8, parallelization: 16 },
      digest:
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" +
        "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
    },
    {
      input: { input: "pleaseletmein", salt: "SodiumChloride", cost: 16384 },
      digest:
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2" +
        "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
    },
  ])("$input", async ({ input, digest }) => {
    await expectDigest({ ...input, algorithm: "scrypt", saltEncoding: "utf8" }, digest);
  });
});

describe.runIf(hasArgon2)("argon2id", () => {
  test("as in RFC 9106, section 5.3, with the secret and the associated data", async () => {
    const input = {
      algorithm: "argon2id",
      input: "01".repeat(32),
      inputEncoding: "hex",
      salt: "02".repeat(16),
      secret: "03".repeat(8),
      secretEncoding: "hex",
      associatedData: "04".repeat(12),
      associatedDataEncoding: "hex",
      memoryKib: 32,
      passes: 3,
      parallelism: 4,
      keyLength: 32,
    };
    const tag = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659";
    await expectDigest(input, tag);
  });

  test("as in the tests of the reference implementation, with its PHC string", async () => {
    const input = { algorithm: "argon2id", input: "password", salt: "somesalt" };
    const results = await everyForm({ ...input, saltEncoding: "utf8", memoryKib: 65_536 });
    const tag = "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7";
    const phc =
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    expect(results.map((result) => result.digest)).toEqual([tag, tag]);
    expect(results.map((result) => result.phc)).toEqual([phc, phc]);
  });
});

describe("the PHC string", () => {
  test("of scrypt is the one that Passlib's documentation has", async () => {
    const input = {
      algorithm: "scrypt",
      input: "password",
      salt: "WKs1xljLudd6z9kbY0wpJQ==",
      saltEncoding: "base64",
      cost: 256,
      keyLength: 32,
    };
    const phc =
      "$scrypt$ln=8,r=8,p=1$WKs1xljLudd6z9kbY0wpJQ$yCR4iDZYDKv+iEJj6yHY0lv/epnfB6f/w1EbXrsJOuQ";
    for (const result of await everyForm(input)) expect(result.phc).toBe(phc);
  });

  test("of pbkdf2 has the salt and the digest of RFC 7914 in unpadded base64", async () => {
    const input = { algorithm: "pbkdf2-sha256", input: "passwd", salt: "salt", iterations: 1 };
    const phc = "$pbkdf2-sha256$i=1$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw";
    for (const result of await everyForm({ ...input, saltEncoding: "utf8" })) {
      expect(result.phc).toBe(phc);
    }
  });

  test.runIf(hasArgon2)("of argon2id has the associated data and not the secret", async () => {
    const cost = { algorithm: "argon2id", memoryKib: 8, passes: 1, salt: "00".repeat(8) };
    const input = { ...cost, input: "a", secret: "pepper", associatedData: "user 7" };
    for (const result of await everyForm(input)) {
      expect(result.phc).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1,data=dXNlciA3\$AAAAAAAAAAA\$/);
      expect(JSON.stringify(result)).not.toMatch(/pepper|cGVwcGVy/);
    }
  });
});

const messages = {
  empty: "",
  abc: "abc",
  "448 bits": "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
  "896 bits":
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn" +
    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
  "a million a": "a".repeat(1_000_000),
};

describe("one link of the chain is the SHA-2 of the FIPS 180 examples", () => {
  test.each([
    ["sha256", "empty", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["sha256", "448 bits", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
    ["sha256", "a million a", "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
    [
      "sha512",
      "empty",
      "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" +
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    ],
    [
      "sha512",
      "abc",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ],
    [
      "sha512",
      "896 bits",
      "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018" +
        "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
    ],
    [
      "sha512",
      "a million a",
      "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb" +
        "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
    ],
  ] as const)("%s of %s", async (algorithm, message, digest) => {
    await expectDigest({ algorithm, input: messages[message], iterations: 1 }, digest);
  });
});

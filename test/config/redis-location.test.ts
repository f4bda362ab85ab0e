import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { queueLocation } from "../../src/config/queue-location.ts";
import { type RedisLocation, shownUrl } from "../../src/config/redis-location.ts";

function located(text: string): RedisLocation {
  const parsed = queueLocation.parse(text);
  if (!parsed.ok || parsed.value.kind !== "redis") throw new Error(JSON.stringify(parsed));
  return parsed.value;
}

const plain: Omit<RedisLocation, "shown"> = {
  kind: "redis",
  form: "server",
  hosts: [{ host: "h", port: 6379 }],
  isTls: false,
  user: null,
  password: null,
  db: 0,
  master: null,
  hasSentinelPassword: false,
  name: "manycore",
};

const sentinels = [
  { host: "a", port: 26_379 },
  { host: "b", port: 5 },
];

test.each<[string, Partial<RedisLocation>]>([
  ["redis://h", {}],
  ["redis://h/", {}],
  ["rediss://h:7/3?name=q.1", { isTls: true, hosts: [{ host: "h", port: 7 }], db: 3, name: "q.1" }],
  ["redis://[::1]:7", { hosts: [{ host: "::1", port: 7 }] }],
  ["redis://[::1]", { hosts: [{ host: "::1", port: 6379 }] }],
  ["redis://:p%40ss@h", { password: "p@ss", shown: "redis://:***@h" }],
  ["redis://me:a:b@h", { user: "me", password: "a:b", shown: "redis://me:***@h" }],
  ["redis://me@h", { user: "me", shown: "redis://***@h" }],
  [
    "redis+sentinel://:p@a,b:5/main/2",
    { ...{ form: "sentinel", hosts: sentinels, master: "main", db: 2, password: "p" } },
  ],
  [
    "rediss+sentinel://:p@a,b:5/main?sentinelAuth=on",
    { ...{ form: "sentinel", hosts: sentinels, isTls: true, master: "main", password: "p" } },
  ],
  [
    "rediss+cluster://a:1,b",
    { form: "cluster", isTls: true, hosts: [sentinel("a", 1), sentinel("b", 6379)] },
  ],
])("%s", (text, expected) => {
  const shown = expected.shown ?? text.replace(":p@", ":***@");
  const hasSentinelPassword = text.includes("sentinelAuth=on");
  expect(located(text)).toEqual({ ...plain, shown, hasSentinelPassword, ...expected });
});

function sentinel(host: string, port: number) {
  return { host, port };
}

test.each<[string, RegExp]>([
  ["redis://", /no host in it/],
  ["redis:///0", /no host in it/],
  ["redis://h:x", /"h:x" is no HOST:PORT/],
  ["redis://h:0", /"h:0" is no HOST:PORT/],
  ["redis://h:65536", /"h:65536" is no HOST:PORT/],
  ["redis://::1", /an IPv6 address stands in brackets/],
  ["redis://a,b", /redis\+cluster:\/\/… or redis\+sentinel:\/\//],
  ["redis+cluster://a,", /"" is no HOST:PORT/],
  ["redis://h/x", /"x" is no number of a database/],
  ["redis://h/1/2", /"1\/2" is no number of a database/],
  ["redis+cluster://h/1", /A cluster has database 0 only/],
  ["redis+sentinel://h", /the name of their master/],
  ["redis://:a/b@h", /write @ as %40, \/ as %2F/],
  ["redis://:a@b@h", /write @ as %40, \/ as %2F/],
  ["redis://:50%@h", /write % as %25/],
  ["redis://h?name=", /name takes 1 to 64 letters/],
  ["redis://h?name={a}", /name takes 1 to 64 letters/],
  ["redis://h?db=1", /"db" is unknown after the "\?": name is known/],
  ["redis://h?sentinelAuth=on", /with redis\+sentinel:\/\/… only/],
  ["redis+sentinel://h/m?sentinelAuth=yes", /sentinelAuth is on or off/],
])("%s is refused: %s", (text, reason) => {
  expect(queueLocation.parse(text)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
});

describe("no password is shown", () => {
  const secret = "a-secret";
  test.each([
    `redis://:${secret}@h`,
    `redis://me:${secret}@h`,
    `redis://${secret}@h`,
    `redis:/me:${secret}@h`,
    `redis:me:${secret}@h`,
    `me:${secret}@h:6379`,
    `redis://:a/${secret}@b@h/0`,
    `redis://:a?${secret}@h`,
    `redis://:${secret}%@h:x`,
    `redis+sentinel://me:@${secret}:@h`,
  ])("of %s", (text) => {
    expect(shownUrl(text)).not.toContain(secret);
    expect(shownUrl(text)).toContain("***@");
    expect(JSON.stringify(queueLocation.parse(text)).split(secret).length).toBeLessThan(3);
    const parsed = queueLocation.parse(text);
    if (!parsed.ok) expect(parsed.reason ?? "").not.toContain(secret);
  });

  test("whatever characters it has: it comes back as it was, escaped", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (password, user) => {
        const url = `redis://${encodeURIComponent(user)}:${encodeURIComponent(password)}@h`;
        expect(located(url)).toMatchObject({ password, user: user || null });
        expect(located(url).shown).toBe(`redis://${encodeURIComponent(user)}:***@h`);
      }),
    );
  });

  test("a text without any is shown as it is", () => {
    for (const text of ["sqlite:a@b:c@d.db", "redis://h/0", "none", ""]) {
      expect(shownUrl(text)).toBe(text);
    }
  });
});

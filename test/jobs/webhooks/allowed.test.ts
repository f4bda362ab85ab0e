import { describe, expect, test } from "vitest";
import { webhookHosts } from "../../../src/config/webhook-hosts.ts";
import { AllowedHosts } from "../../../src/jobs/webhooks/allowed.ts";

function allowing(list: string): AllowedHosts {
  const parsed = webhookHosts.parse(list);
  if (!parsed.ok) throw new Error(`not a list: ${list}`);
  return new AllowedHosts(parsed.value);
}

const mayName = (list: string, url: string) => allowing(list).refusalOfHost(new URL(url)) === null;
const mayConnect = (list: string, url: string, address: string) =>
  allowing(list).refusalOfAddress(new URL(url), address) === null;

/** Ways to write 127.0.0.1, or another address of this machine or of its network. */
const ownAddresses = [
  "http://localhost/",
  "http://localhost./",
  "http://LOCALHOST:9000/",
  "http://a.localhost/",
  "http://127.0.0.1/",
  "http://127.1/",
  "http://2130706433/",
  "http://0x7f000001/",
  "http://0x7f.0.0.1/",
  "http://0177.0.0.1/",
  "http://017700000001/",
  "http://127.0.0.1./",
  "http://127.0.0.1:80/",
  "http://①②⑦.⓪.⓪.①/",
  "http://%31%32%37.0.0.1/",
  "http://0/",
  "http://0.0.0.0/",
  "http://[::1]/",
  "http://[::]/",
  "http://[0:0:0:0:0:0:0:1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://[::127.0.0.1]/",
  "http://[64:ff9b::7f00:1]/",
  "http://169.254.169.254/latest/meta-data",
  "http://[::ffff:a9fe:a9fe]/",
  "http://[fd00:ec2::254]/",
  "http://10.0.0.1/",
  "http://192.168.0.1/",
  "http://100.64.0.1/",
];

describe("with --webhooks any", () => {
  test.each(ownAddresses)("%s is refused", (url) => {
    expect(mayName("any", url)).toBe(false);
  });

  test("a public address is allowed, and every name may be asked for", () => {
    expect(mayName("any", "https://1.1.1.1/")).toBe(true);
    expect(mayName("any", "https://example.com/")).toBe(true);
  });

  test("a name that leads to this machine is refused when it is connected to", () => {
    for (const name of ["localhost", "localhost.", "LOCALHOST", "evil.example"]) {
      for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254"]) {
        expect(mayConnect("any", `http://${name}/`, address)).toBe(false);
      }
      expect(mayConnect("any", `http://${name}/`, "1.1.1.1")).toBe(true);
    }
  });
});

describe("a name on the list", () => {
  test("is allowed alone, whatever its case, its port and its last dot", () => {
    const list = "hooks.example.com";
    for (const url of ["https://HOOKS.example.com/", "http://hooks.example.com.:99/"]) {
      expect(mayName(list, url)).toBe(true);
    }
    for (const url of ["http://example.com/", "http://a.hooks.example.com/", "http://1.1.1.1/"]) {
      expect(mayName(list, url)).toBe(false);
    }
  });

  test("allows its public addresses only: its owner decides where it leads", () => {
    const url = "http://hooks.example.com/";
    expect(mayConnect("hooks.example.com", url, "1.1.1.1")).toBe(true);
    expect(mayConnect("hooks.example.com", url, "10.0.0.5")).toBe(false);
    expect(mayConnect("hooks.example.com,10.0.0.0/8", url, "10.0.0.5")).toBe(true);
    expect(mayConnect("hooks.example.com,10.0.0.0/8", url, "::ffff:10.0.0.5")).toBe(true);
    expect(mayConnect("hooks.example.com,10.0.0.0/8", url, "127.0.0.1")).toBe(false);
  });

  test("stands for the names below it with a star, and not for itself", () => {
    expect(mayName("*.example.com", "http://a.b.example.com/")).toBe(true);
    expect(mayName("*.example.com", "http://example.com/")).toBe(false);
    expect(mayName("*.example.com", "http://evilexample.com/")).toBe(false);
  });

  test("with a port is allowed on this port alone", () => {
    expect(mayName("a.example:8443", "https://a.example:8443/")).toBe(true);
    expect(mayName("a.example:8443", "https://a.example/")).toBe(false);
    expect(mayName("a.example:443", "https://a.example/")).toBe(true);
    expect(mayName("a.example:80", "http://a.example/")).toBe(true);
  });
});

describe("an address on the list", () => {
  test("is allowed in every way to write it", () => {
    const own = ownAddresses.filter((url) => mayName("127.0.0.1", url));
    expect(own.length).toBeGreaterThan(10);
    for (const url of own)
      expect(new URL(url).hostname).toMatch(/^(127\.0\.0\.1|\[::ffff:7f00:1\])$/);
  });

  test("allows no other one of the machine, and no name", () => {
    expect(mayName("127.0.0.1", "http://127.0.0.2/")).toBe(false);
    expect(mayName("127.0.0.1", "http://[::1]/")).toBe(false);
    expect(mayName("127.0.0.0/8", "http://localhost/")).toBe(false);
  });

  test("with a port is allowed on this port alone", () => {
    expect(mayName("127.0.0.1:9000", "http://127.0.0.1:9000/")).toBe(true);
    expect(mayName("127.0.0.1:9000", "http://127.0.0.1/")).toBe(false);
    expect(mayConnect("any,10.0.0.5:80", "http://a.example:81/", "10.0.0.5")).toBe(false);
  });
});

test("localhost on the list stands for the addresses of this machine, for this name alone", () => {
  expect(mayName("localhost", "http://localhost./")).toBe(true);
  for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
    expect(mayConnect("localhost", "http://localhost/", address)).toBe(true);
    expect(mayConnect("localhost,a.example", "http://a.example/", address)).toBe(false);
  }
  expect(mayConnect("localhost", "http://localhost/", "10.0.0.1")).toBe(false);
  expect(mayConnect("localhost:9000", "http://localhost:9001/", "127.0.0.1")).toBe(false);
});

test("a refusal says what to list", () => {
  const url = new URL("https://hooks.example.com:8443/a?secret");
  expect(allowing("10.0.0.1").refusalOfHost(url)).toBe(
    "the server sends no webhooks to hooks.example.com:8443: it is not in --webhooks",
  );
  expect(allowing("any").refusalOfAddress(url, "10.0.0.5")).toBe(
    "hooks.example.com is at 10.0.0.5, which is not a public address, and it is not in --webhooks itself",
  );
});

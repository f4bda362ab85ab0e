import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TrustedProxies, trustedProxies } from "../../src/config/trusted-proxies.ts";
import { clientAddressBehind } from "../../src/http/client-address.ts";
import { clientKey } from "../../src/http/client-key.ts";

function trust(text: string): TrustedProxies {
  const parsed = trustedProxies.parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.reason ?? "refused"}`);
  return parsed.value;
}

/** The two fields of a request that count. */
function requestOf(remoteAddress: string | undefined, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

function addressOf(proxies: string, remoteAddress: string, forwardedFor?: string) {
  return clientAddressBehind(trust(proxies))(requestOf(remoteAddress, forwardedFor));
}

const [edge, inner, client, forged] = ["203.0.113.9", "10.1.2.3", "198.51.100.7", "192.0.2.66"];

describe("without proxies", () => {
  test("the client is whoever connects, whatever it says", () => {
    expect(addressOf("none", client)).toBe(client);
    expect(addressOf("none", "127.0.0.1", forged)).toBe("127.0.0.1");
    expect(addressOf("none", "2001:db8::1", forged)).toBe("2001:db8::1");
  });

  test("an IPv4 address is written as one on a socket for both families", () => {
    expect(addressOf("none", "::ffff:198.51.100.7")).toBe(client);
    expect(addressOf("none", "::FFFF:198.51.100.7")).toBe(client);
    expect(addressOf("loopback", "::ffff:127.0.0.1", client)).toBe(client);
  });

  test("a connection that has closed has none", () => {
    expect(clientAddressBehind([])(requestOf(undefined))).toBeUndefined();
    expect(clientAddressBehind(1)(requestOf(undefined, client))).toBeUndefined();
  });
});

describe("behind proxies at known addresses", () => {
  test.each([
    ["loopback", "127.0.0.1", client, client],
    ["loopback", "::1", client, client],
    ["loopback", "127.0.0.1", undefined, "127.0.0.1"],
    ["loopback", "127.0.0.1", "", "127.0.0.1"],
    ["loopback,10.0.0.0/8", "127.0.0.1", `${client}, ${inner}`, client],
    ["uniquelocal", inner, `${client}, 192.168.3.4`, client],
    ["2001:db8::/32", "2001:db8:5::1", "2001:470::2", "2001:470::2"],
    ["203.0.113.9", edge, client, client],
    // A client writes the left of the list, and may connect itself.
    ["loopback,10.0.0.0/8", "127.0.0.1", `${forged}, ${client}, ${inner}`, client],
    ["loopback", client, forged, client],
    // All of them are trusted: the farthest.
    ["loopback,10.0.0.0/8", "127.0.0.1", `10.9.9.9, ${inner}`, "10.9.9.9"],
    // With ports, as some proxies write it.
    ["loopback", "127.0.0.1", `${client}:5678`, client],
    ["loopback", "127.0.0.1", "[2001:db8::7]:443", "2001:db8::7"],
    ["loopback,10.0.0.0/8", "127.0.0.1", `${client}, ${inner}:80`, client],
    ["loopback", "127.0.0.1", "::ffff:198.51.100.7", client],
    // What is no address: then it is the proxy that passed it on.
    ["loopback", "127.0.0.1", "unknown", "127.0.0.1"],
    ["loopback", "127.0.0.1", 'a"b\u202e', "127.0.0.1"],
    ["loopback,10.0.0.0/8", "127.0.0.1", `_hidden, ${inner}`, inner],
  ])("%s: %s says %j", (proxies, remoteAddress, forwardedFor, address) => {
    expect(addressOf(proxies, remoteAddress, forwardedFor)).toBe(address);
  });

  test("a chain longer than any is not read to its end", () => {
    const chain = Array.from({ length: 2000 }, () => "10.0.0.1");
    expect(addressOf("10.0.0.0/8", inner, [forged, ...chain].join())).toBe("10.0.0.1");
  });
});

describe("behind so many proxies", () => {
  test.each([
    ["1", edge, client, client],
    ["1", edge, `${forged}, ${client}`, client],
    ["2", inner, `${forged}, ${client}, ${edge}`, client],
    // Fewer entries than proxies: the farthest.
    ["2", inner, client, client],
    ["2", inner, undefined, inner],
  ])("%s: %s says %j", (proxies, remoteAddress, forwardedFor, address) => {
    expect(addressOf(proxies, remoteAddress, forwardedFor)).toBe(address);
  });
});

test("of any header, what comes is an address, and never one left of an untrusted one", () => {
  const entry = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 12 }));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
      const address = addressOf("loopback", "127.0.0.1", [...entries, client].join(", "));
      expect(address).toBe(client);
    }),
  );
});

test("a request that is under way has the address of its socket", async () => {
  const addressOfRequest = clientAddressBehind(trust("loopback"));
  const found: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    found.push(addressOfRequest(request));
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const head = "GET / HTTP/1.1\r\nHost: a\r\n";
  const forwarded = `X-Forwarded-For: ${forged}\r\nX-Forwarded-For: ${client}\r\n`;
  socket.write(`${head}\r\n${head}${forwarded}Connection: close\r\n\r\n`);
  await once(socket.resume(), "close");
  server.close();
  expect(found).toEqual(["127.0.0.1", client]);
});

describe("one client", () => {
  test.each([
    ["198.51.100.7", "198.51.100.7"],
    ["2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"],
    ["2001:DB8:0:0001::5", "2001:db8:0:1::/64"],
    ["2001:db8::5", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
    ["1:2:3::4:192.0.2.1", "1:2:3:0::/64"],
    ["1:2:3:4:5:6:192.0.2.1", "1:2:3:4::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("%s counts as %s", (address, key) => {
    expect(clientKey(address)).toBe(key);
  });

  test("is the same for all addresses of its network, however they are written", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const { hostname } = new URL(`http://[${address}]/`);
        expect(clientKey(address)).toBe(clientKey(hostname.slice(1, -1)));
      }),
    );
  });
});

import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { checkAddress } from "../../src/primary/address.ts";

const local = { host: "127.0.0.1", port: 0, balance: "round-robin", setBy: {} } as const;

test.each(["round-robin", "os", "reuse-port"] as const)(
  "with --balance %s port 0 becomes a free one, which is left free",
  async (balance) => {
    const port = await checkAddress({ ...local, balance });
    expect(port).toBeGreaterThan(0);
    expect(await checkAddress({ ...local, port, balance })).toBe(port);
  },
);

describe("an address that cannot be used is reported with its remedy", () => {
  test("a port in use", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    const setBy = { port: "PORT" };
    await expect(checkAddress({ ...local, port, setBy })).rejects.toThrow(
      `Port ${port} (PORT) on 127.0.0.1 is in use. Stop the program that holds it, or choose another with --port.`,
    );
    holder.close();
    await once(holder, "close");
  });

  test("the report names what set the address", async () => {
    const setBy = { host: "MANYCORE_HOST", port: "PORT" };
    await expect(checkAddress({ ...local, host: "192.0.2.1", port: 80, setBy })).rejects.toThrow(
      "192.0.2.1 (MANYCORE_HOST) is not an address of this machine.",
    );
    await expect(checkAddress({ ...local, host: "fe80::1", port: 8080, setBy })).rejects.toThrow(
      /fe80::1 \(MANYCORE_HOST\)/,
    );
  });

  test("a port in use, even by a server that would share it", async () => {
    const holder = createServer().listen({ host: "127.0.0.1", port: 0, reusePort: true });
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    await expect(checkAddress({ ...local, port, balance: "reuse-port" })).rejects.toThrow("in use");
    holder.close();
    await once(holder, "close");
  });

  test("an address of another machine (TEST-NET-1, RFC 5737)", async () => {
    await expect(checkAddress({ ...local, host: "192.0.2.1" })).rejects.toThrow(
      /^192\.0\.2\.1 is not an address of this machine\. Choose one with --host/,
    );
  });

  test("an unknown host name (RFC 6761)", async () => {
    await expect(checkAddress({ ...local, host: "nowhere.invalid" })).rejects.toThrow(
      /^The host name nowhere\.invalid was not found\./,
    );
  });

  test("anything else, such as a link-local address without its link", async () => {
    await expect(checkAddress({ ...local, host: "fe80::1" })).rejects.toThrow(
      /^(Cannot listen on port 0 of fe80::1: .* Change|fe80::1 is not an address .* Choose one with) --host/,
    );
  });

  // Root may listen everywhere, as may anyone on a system without privileged ports.
  test("a privileged port", async () => {
    const problem = await checkAddress({ ...local, port: 1 }).catch(String);
    expect([1, expect.stringContaining("from 1024 with --port")]).toContainEqual(problem);
  });
});

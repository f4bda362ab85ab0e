import { describe, expect, test } from "vitest";
import { ForeignHost, isLoopback, resolveHost } from "../../../../bench/stress/target/loopback.ts";

describe("hosts", () => {
  test.each(["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"])(
    "%s is here",
    (address) => {
      expect(isLoopback(address)).toBe(true);
    },
  );

  test.each(["0.0.0.0", "128.0.0.1", "10.0.0.1", "192.0.2.1", "::", "::2", "::ffff:192.0.2.1"])(
    "%s is not",
    async (address) => {
      expect(isLoopback(address)).toBe(false);
      await expect(resolveHost(address, false)).rejects.toThrow(ForeignHost);
      await expect(resolveHost(address, true)).resolves.toEqual([address]);
    },
  );

  test("a name counts by what it is looked up as", async () => {
    const addresses = await resolveHost("localhost", false);
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.every(isLoopback)).toBe(true);
    await expect(resolveHost("nowhere.invalid", false)).rejects.toThrow("nowhere.invalid");
  });

  test("however a URL writes it", async () => {
    for (const url of ["http://[::1]:80/", "http://2130706433/", "http://0x7f.1/"]) {
      await expect(resolveHost(new URL(url).hostname, false)).resolves.toHaveLength(1);
    }
    const mapped = new URL("http://[::ffff:192.0.2.1]/").hostname;
    await expect(resolveHost(mapped, false)).rejects.toThrow("--i-own-this-host");
  });
});

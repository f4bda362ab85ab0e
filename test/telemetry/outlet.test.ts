import fc from "fast-check";
import { expect, test } from "vitest";
import { Outlet } from "../../src/telemetry/outlet.ts";

/** A device that takes a number of bytes, then none until it gets room again. */
class Device {
  written = "";
  room = 0;
  code = "ENOSPC";

  readonly writeSome = (bytes: Uint8Array): number => {
    if (this.room === 0) throw Object.assign(new Error("no room"), { code: this.code });
    const taken = bytes.subarray(0, this.room);
    this.room -= taken.length;
    this.written += Buffer.from(taken).toString("latin1");
    return taken.length;
  };
}

function outletOf(device: Device, limitBytes?: number): Outlet {
  const outlet = new Outlet(device.writeSome, limitBytes);
  outlet.onGap = ({ lines, reason }) => outlet.write(`missing ${lines} ${reason}\n`);
  return outlet;
}

const steps = fc.array(
  fc.oneof(
    fc.record({ line: fc.nat(40) }),
    fc.record({ room: fc.nat(120) }),
    fc.constant({ finish: true as const }),
  ),
  { maxLength: 200 },
);

test("with any room, lines stay whole and in order, and gaps are counted in their place", () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 200 }), (sequence, limitBytes) => {
      const device = new Device();
      const outlet = outletOf(device, limitBytes);
      const lines: string[] = [];
      for (const step of sequence) {
        if ("line" in step) {
          lines.push(`${lines.length} ${"x".repeat(step.line)}`);
          outlet.write(`${lines.at(-1)}\n`);
        } else if ("room" in step) device.room += step.room;
        else outlet.finish();
      }
      device.room = Number.MAX_SAFE_INTEGER;
      outlet.finish();

      let next = 0;
      for (const line of device.written.split("\n").slice(0, -1)) {
        const missing = /^missing (\d+) ENOSPC$/.exec(line)?.[1];
        if (missing === undefined) expect(line).toBe(lines[next++]);
        else next += Number(missing);
      }
      expect(next).toBe(lines.length);
    }),
  );
});

test("waiting lines are written when there is room again", async () => {
  const device = new Device();
  const outlet = outletOf(device);
  outlet.write("one\n");
  outlet.write("two\n");
  device.room = 1000;
  while (device.written !== "one\ntwo\n") await new Promise(setImmediate);
});

test("a device that takes nothing, without an error, is tried again and not at once", () => {
  const device = new Device();
  let tries = 0;
  const outlet = new Outlet((bytes) => {
    if (++tries > 1000) throw new Error("it is tried again and again");
    return device.room === 0 ? 0 : device.writeSome(bytes);
  });
  outlet.write("one\n");
  outlet.write("two\n");
  expect(tries).toBe(1);
  device.room = 1000;
  outlet.finish();
  expect(device.written).toBe("one\ntwo\n");
});

test("a line longer than the limit is kept if nothing else waits", () => {
  const device = new Device();
  device.room = 3;
  const outlet = outletOf(device, 10);
  outlet.write("a line of its own\n");
  outlet.write("too much\n");
  device.room = 1000;
  outlet.finish();
  expect(device.written).toBe("a line of its own\nmissing 1 ENOSPC\n");
});

test("a reader that never reads delays a burst once, not each of its lines", () => {
  const device = new Device();
  device.code = "EAGAIN";
  let tries = 0;
  const outlet = new Outlet((bytes) => {
    tries++;
    return device.writeSome(bytes);
  }, 1000);
  for (let count = 0; count < 100; count++) outlet.write(`${"x".repeat(99)}\n`);
  const triesOfBurst = tries;
  for (let count = 0; count < 1000; count++) outlet.write(`${"x".repeat(99)}\n`);
  expect(tries).toBe(triesOfBurst);
});

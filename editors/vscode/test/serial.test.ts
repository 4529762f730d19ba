import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Serial } from "../src/serial";

/** A task whose runs end when the test says so. */
function stepped() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const serial = new Serial(() => new Promise<void>((resolve, reject) => ends.push({ resolve, reject })));
  return { serial, ends };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("one run at a time", () => {
  it("makes one run of all requests that come while another runs", async () => {
    const { serial, ends } = stepped();
    const first = serial.run();
    const rest = [serial.run(), serial.run(), serial.run()];
    await turn();
    assert.equal(ends.length, 1);

    ends[0]?.resolve();
    await first;
    await turn();
    assert.equal(ends.length, 2);

    ends[1]?.resolve();
    await Promise.all(rest);
    assert.equal(ends.length, 2);
  });

  it("starts anew once all is quiet", async () => {
    const { serial, ends } = stepped();
    const first = serial.run();
    ends[0]?.resolve();
    await first;
    void serial.run();
    assert.equal(ends.length, 2);
  });

  it("tells a failure to who asked for that run, and goes on", async () => {
    const { serial, ends } = stepped();
    const first = serial.run();
    const second = serial.run();
    ends[0]?.reject(new Error("no"));
    await assert.rejects(first, /no/);
    await turn();
    assert.equal(ends.length, 2);
    ends[1]?.resolve();
    await second;
  });
});

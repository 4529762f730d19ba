import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Crashes } from "../src/crashes";

describe("a server that goes without being asked to", () => {
  it("comes back four times, each time later, and then no more", () => {
    const crashes = new Crashes();
    const verdicts = [0, 1, 2, 3, 4].map((second) => crashes.happened(second * 1000, true));
    assert.deepEqual(
      verdicts.map((verdict) => (verdict.again ? verdict.pause : "no")),
      [0, 1000, 4000, 10_000, "no"],
    );
  });

  it("is told of once", () => {
    const crashes = new Crashes();
    const verdicts = [0, 1, 2].map((second) => crashes.happened(second * 1000, true));
    assert.deepEqual(
      verdicts.map((verdict) => verdict.again && verdict.first),
      [true, false, false],
    );
  });

  it("comes back for ever when it goes seldom", () => {
    const crashes = new Crashes();
    for (let minute = 0; minute < 600; minute += 10) {
      assert.deepEqual(crashes.happened(minute * 60_000, true), { again: true, pause: 0, first: true });
    }
  });

  it("does not come back when it was never up", () => {
    assert.deepEqual(new Crashes().happened(0, false), { again: false });
  });

  it("has all its returns again when the user has started it", () => {
    const crashes = new Crashes();
    for (let second = 0; second < 5; second += 1) crashes.happened(second, true);
    crashes.forget();
    assert.ok(crashes.happened(6000, true).again);
  });
});

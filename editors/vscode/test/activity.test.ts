import assert from "node:assert/strict";
import { it } from "node:test";
import { Activity } from "../src/activity";

it("is busy from the first thing that begins to the last that ends, and says so once", () => {
  const told: boolean[] = [];
  const activity = new Activity((busy) => told.push(busy));
  activity.begin("a");
  activity.begin("b");
  activity.end("a");
  activity.end("never begun");
  assert.deepEqual(told, [true]);
  activity.end("b");
  assert.deepEqual(told, [true, false]);
});

it("is at rest when the server is gone, whatever was open", () => {
  const told: boolean[] = [];
  const activity = new Activity((busy) => told.push(busy));
  activity.reset();
  activity.begin("a");
  activity.reset();
  activity.end("a");
  assert.deepEqual(told, [true, false]);
});

// test/serial.test.ts
import assert from "node:assert/strict";
import { describe, it } from "node:test";

// src/serial.ts
var Serial = class {
  constructor(task) {
    this.task = task;
  }
  task;
  running;
  next;
  /** Resolves when a run that began after this call has ended. */
  run() {
    if (this.running === void 0) {
      this.running = this.task().finally(() => {
        this.running = void 0;
      });
      return this.running;
    }
    this.next ??= this.running.catch(() => void 0).then(() => {
      this.next = void 0;
      return this.run();
    });
    return this.next;
  }
};

// test/serial.test.ts
function stepped() {
  const ends = [];
  const serial = new Serial(() => new Promise((resolve, reject) => ends.push({ resolve, reject })));
  return { serial, ends };
}
var turn = () => new Promise((resolve) => setImmediate(resolve));
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
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsiLi4vdGVzdC9zZXJpYWwudGVzdC50cyIsICIuLi9zcmMvc2VyaWFsLnRzIl0sCiAgInNvdXJjZXNDb250ZW50IjogWyJpbXBvcnQgYXNzZXJ0IGZyb20gXCJub2RlOmFzc2VydC9zdHJpY3RcIjtcbmltcG9ydCB7IGRlc2NyaWJlLCBpdCB9IGZyb20gXCJub2RlOnRlc3RcIjtcbmltcG9ydCB7IFNlcmlhbCB9IGZyb20gXCIuLi9zcmMvc2VyaWFsXCI7XG5cbi8qKiBBIHRhc2sgd2hvc2UgcnVucyBlbmQgd2hlbiB0aGUgdGVzdCBzYXlzIHNvLiAqL1xuZnVuY3Rpb24gc3RlcHBlZCgpIHtcbiAgY29uc3QgZW5kczogeyByZXNvbHZlOiAoKSA9PiB2b2lkOyByZWplY3Q6IChlcnJvcjogRXJyb3IpID0+IHZvaWQgfVtdID0gW107XG4gIGNvbnN0IHNlcmlhbCA9IG5ldyBTZXJpYWwoKCkgPT4gbmV3IFByb21pc2U8dm9pZD4oKHJlc29sdmUsIHJlamVjdCkgPT4gZW5kcy5wdXNoKHsgcmVzb2x2ZSwgcmVqZWN0IH0pKSk7XG4gIHJldHVybiB7IHNlcmlhbCwgZW5kcyB9O1xufVxuXG5jb25zdCB0dXJuID0gKCkgPT4gbmV3IFByb21pc2UoKHJlc29sdmUpID0+IHNldEltbWVkaWF0ZShyZXNvbHZlKSk7XG5cbmRlc2NyaWJlKFwib25lIHJ1biBhdCBhIHRpbWVcIiwgKCkgPT4ge1xuICBpdChcIm1ha2VzIG9uZSBydW4gb2YgYWxsIHJlcXVlc3RzIHRoYXQgY29tZSB3aGlsZSBhbm90aGVyIHJ1bnNcIiwgYXN5bmMgKCkgPT4ge1xuICAgIGNvbnN0IHsgc2VyaWFsLCBlbmRzIH0gPSBzdGVwcGVkKCk7XG4gICAgY29uc3QgZmlyc3QgPSBzZXJpYWwucnVuKCk7XG4gICAgY29uc3QgcmVzdCA9IFtzZXJpYWwucnVuKCksIHNlcmlhbC5ydW4oKSwgc2VyaWFsLnJ1bigpXTtcbiAgICBhd2FpdCB0dXJuKCk7XG4gICAgYXNzZXJ0LmVxdWFsKGVuZHMubGVuZ3RoLCAxKTtcblxuICAgIGVuZHNbMF0/LnJlc29sdmUoKTtcbiAgICBhd2FpdCBmaXJzdDtcbiAgICBhd2FpdCB0dXJuKCk7XG4gICAgYXNzZXJ0LmVxdWFsKGVuZHMubGVuZ3RoLCAyKTtcblxuICAgIGVuZHNbMV0/LnJlc29sdmUoKTtcbiAgICBhd2FpdCBQcm9taXNlLmFsbChyZXN0KTtcbiAgICBhc3NlcnQuZXF1YWwoZW5kcy5sZW5ndGgsIDIpO1xuICB9KTtcblxuICBpdChcInN0YXJ0cyBhbmV3IG9uY2UgYWxsIGlzIHF1aWV0XCIsIGFzeW5jICgpID0+IHtcbiAgICBjb25zdCB7IHNlcmlhbCwgZW5kcyB9ID0gc3RlcHBlZCgpO1xuICAgIGNvbnN0IGZpcnN0ID0gc2VyaWFsLnJ1bigpO1xuICAgIGVuZHNbMF0/LnJlc29sdmUoKTtcbiAgICBhd2FpdCBmaXJzdDtcbiAgICB2b2lkIHNlcmlhbC5ydW4oKTtcbiAgICBhc3NlcnQuZXF1YWwoZW5kcy5sZW5ndGgsIDIpO1xuICB9KTtcblxuICBpdChcInRlbGxzIGEgZmFpbHVyZSB0byB3aG8gYXNrZWQgZm9yIHRoYXQgcnVuLCBhbmQgZ29lcyBvblwiLCBhc3luYyAoKSA9PiB7XG4gICAgY29uc3QgeyBzZXJpYWwsIGVuZHMgfSA9IHN0ZXBwZWQoKTtcbiAgICBjb25zdCBmaXJzdCA9IHNlcmlhbC5ydW4oKTtcbiAgICBjb25zdCBzZWNvbmQgPSBzZXJpYWwucnVuKCk7XG4gICAgZW5kc1swXT8ucmVqZWN0KG5ldyBFcnJvcihcIm5vXCIpKTtcbiAgICBhd2FpdCBhc3NlcnQucmVqZWN0cyhmaXJzdCwgL25vLyk7XG4gICAgYXdhaXQgdHVybigpO1xuICAgIGFzc2VydC5lcXVhbChlbmRzLmxlbmd0aCwgMik7XG4gICAgZW5kc1sxXT8ucmVzb2x2ZSgpO1xuICAgIGF3YWl0IHNlY29uZDtcbiAgfSk7XG59KTtcbiIsICIvKipcbiAqIFJ1bnMgYSB0YXNrIG9uZSBhdCBhIHRpbWUuIFdoaWxlIGl0IHJ1bnMsIGFueSBudW1iZXIgb2YgZnVydGhlciByZXF1ZXN0cyBiZWNvbWUgb25lIG1vcmUgcnVuIGFmdGVyIGl0OiB0ZW4gY2hhbmdlZFxuICogc2V0dGluZ3MgaW4gYSByb3cgYXJlIG9uZSByZXN0YXJ0IHdpdGggdGhlIGxhc3Qgb2YgdGhlbSwgbm90IHRlbi5cbiAqL1xuZXhwb3J0IGNsYXNzIFNlcmlhbCB7XG4gIHByaXZhdGUgcnVubmluZzogUHJvbWlzZTx2b2lkPiB8IHVuZGVmaW5lZDtcbiAgcHJpdmF0ZSBuZXh0OiBQcm9taXNlPHZvaWQ+IHwgdW5kZWZpbmVkO1xuXG4gIGNvbnN0cnVjdG9yKHByaXZhdGUgcmVhZG9ubHkgdGFzazogKCkgPT4gUHJvbWlzZTx2b2lkPikge31cblxuICAvKiogUmVzb2x2ZXMgd2hlbiBhIHJ1biB0aGF0IGJlZ2FuIGFmdGVyIHRoaXMgY2FsbCBoYXMgZW5kZWQuICovXG4gIHJ1bigpOiBQcm9taXNlPHZvaWQ+IHtcbiAgICBpZiAodGhpcy5ydW5uaW5nID09PSB1bmRlZmluZWQpIHtcbiAgICAgIHRoaXMucnVubmluZyA9IHRoaXMudGFzaygpLmZpbmFsbHkoKCkgPT4ge1xuICAgICAgICB0aGlzLnJ1bm5pbmcgPSB1bmRlZmluZWQ7XG4gICAgICB9KTtcbiAgICAgIHJldHVybiB0aGlzLnJ1bm5pbmc7XG4gICAgfVxuICAgIHRoaXMubmV4dCA/Pz0gdGhpcy5ydW5uaW5nXG4gICAgICAuY2F0Y2goKCkgPT4gdW5kZWZpbmVkKSAvLyB3aG9ldmVyIGFza2VkIGZvciB0aGF0IHJ1biBoZWFycyBvZiBpdHMgZmFpbHVyZVxuICAgICAgLnRoZW4oKCkgPT4ge1xuICAgICAgICB0aGlzLm5leHQgPSB1bmRlZmluZWQ7XG4gICAgICAgIHJldHVybiB0aGlzLnJ1bigpO1xuICAgICAgfSk7XG4gICAgcmV0dXJuIHRoaXMubmV4dDtcbiAgfVxufVxuIl0sCiAgIm1hcHBpbmdzIjogIjtBQUFBLE9BQU8sWUFBWTtBQUNuQixTQUFTLFVBQVUsVUFBVTs7O0FDR3RCLElBQU0sU0FBTixNQUFhO0FBQUEsRUFJbEIsWUFBNkIsTUFBMkI7QUFBM0I7QUFBQSxFQUE0QjtBQUFBLEVBQTVCO0FBQUEsRUFIckI7QUFBQSxFQUNBO0FBQUE7QUFBQSxFQUtSLE1BQXFCO0FBQ25CLFFBQUksS0FBSyxZQUFZLFFBQVc7QUFDOUIsV0FBSyxVQUFVLEtBQUssS0FBSyxFQUFFLFFBQVEsTUFBTTtBQUN2QyxhQUFLLFVBQVU7QUFBQSxNQUNqQixDQUFDO0FBQ0QsYUFBTyxLQUFLO0FBQUEsSUFDZDtBQUNBLFNBQUssU0FBUyxLQUFLLFFBQ2hCLE1BQU0sTUFBTSxNQUFTLEVBQ3JCLEtBQUssTUFBTTtBQUNWLFdBQUssT0FBTztBQUNaLGFBQU8sS0FBSyxJQUFJO0FBQUEsSUFDbEIsQ0FBQztBQUNILFdBQU8sS0FBSztBQUFBLEVBQ2Q7QUFDRjs7O0FEckJBLFNBQVMsVUFBVTtBQUNqQixRQUFNLE9BQWtFLENBQUM7QUFDekUsUUFBTSxTQUFTLElBQUksT0FBTyxNQUFNLElBQUksUUFBYyxDQUFDLFNBQVMsV0FBVyxLQUFLLEtBQUssRUFBRSxTQUFTLE9BQU8sQ0FBQyxDQUFDLENBQUM7QUFDdEcsU0FBTyxFQUFFLFFBQVEsS0FBSztBQUN4QjtBQUVBLElBQU0sT0FBTyxNQUFNLElBQUksUUFBUSxDQUFDLFlBQVksYUFBYSxPQUFPLENBQUM7QUFFakUsU0FBUyxxQkFBcUIsTUFBTTtBQUNsQyxLQUFHLDhEQUE4RCxZQUFZO0FBQzNFLFVBQU0sRUFBRSxRQUFRLEtBQUssSUFBSSxRQUFRO0FBQ2pDLFVBQU0sUUFBUSxPQUFPLElBQUk7QUFDekIsVUFBTSxPQUFPLENBQUMsT0FBTyxJQUFJLEdBQUcsT0FBTyxJQUFJLEdBQUcsT0FBTyxJQUFJLENBQUM7QUFDdEQsVUFBTSxLQUFLO0FBQ1gsV0FBTyxNQUFNLEtBQUssUUFBUSxDQUFDO0FBRTNCLFNBQUssQ0FBQyxHQUFHLFFBQVE7QUFDakIsVUFBTTtBQUNOLFVBQU0sS0FBSztBQUNYLFdBQU8sTUFBTSxLQUFLLFFBQVEsQ0FBQztBQUUzQixTQUFLLENBQUMsR0FBRyxRQUFRO0FBQ2pCLFVBQU0sUUFBUSxJQUFJLElBQUk7QUFDdEIsV0FBTyxNQUFNLEtBQUssUUFBUSxDQUFDO0FBQUEsRUFDN0IsQ0FBQztBQUVELEtBQUcsaUNBQWlDLFlBQVk7QUFDOUMsVUFBTSxFQUFFLFFBQVEsS0FBSyxJQUFJLFFBQVE7QUFDakMsVUFBTSxRQUFRLE9BQU8sSUFBSTtBQUN6QixTQUFLLENBQUMsR0FBRyxRQUFRO0FBQ2pCLFVBQU07QUFDTixTQUFLLE9BQU8sSUFBSTtBQUNoQixXQUFPLE1BQU0sS0FBSyxRQUFRLENBQUM7QUFBQSxFQUM3QixDQUFDO0FBRUQsS0FBRywwREFBMEQsWUFBWTtBQUN2RSxVQUFNLEVBQUUsUUFBUSxLQUFLLElBQUksUUFBUTtBQUNqQyxVQUFNLFFBQVEsT0FBTyxJQUFJO0FBQ3pCLFVBQU0sU0FBUyxPQUFPLElBQUk7QUFDMUIsU0FBSyxDQUFDLEdBQUcsT0FBTyxJQUFJLE1BQU0sSUFBSSxDQUFDO0FBQy9CLFVBQU0sT0FBTyxRQUFRLE9BQU8sSUFBSTtBQUNoQyxVQUFNLEtBQUs7QUFDWCxXQUFPLE1BQU0sS0FBSyxRQUFRLENBQUM7QUFDM0IsU0FBSyxDQUFDLEdBQUcsUUFBUTtBQUNqQixVQUFNO0FBQUEsRUFDUixDQUFDO0FBQ0gsQ0FBQzsiLAogICJuYW1lcyI6IFtdCn0K

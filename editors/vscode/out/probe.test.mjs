// test/probe.test.ts
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";

// src/probe.ts
import { execFile } from "node:child_process";
var PATIENCE_MS = 2e4;
function versionIn(output) {
  return /^initls (\d\S*)/m.exec(output)?.[1];
}
function lastLine(output) {
  return output.split(/\r?\n/).map((line) => line.trim()).findLast((line) => line !== "");
}
function probe(command, folder, patience = PATIENCE_MS) {
  return new Promise((resolve) => {
    execFile(
      command.program,
      [...command.args, "--version"],
      { cwd: folder, timeout: patience, windowsHide: true },
      (error, stdout, stderr) => {
        const version = versionIn(stdout);
        if (error === null && version !== void 0) {
          resolve({ version });
        } else if (error === null) {
          resolve({ problem: `it answered --version with ${JSON.stringify(stdout.slice(0, 80))}` });
        } else if (error.code === "ENOENT") {
          resolve({ problem: "there is no such program" });
        } else if (error.killed === true) {
          resolve({ problem: `no answer to --version within ${patience / 1e3} s` });
        } else {
          resolve({ problem: lastLine(stderr) ?? error.message });
        }
      }
    );
  });
}

// test/probe.test.ts
var node = (script) => ({ program: process.execPath, args: ["-e", script, "--"] });
var ask = (script, patience) => probe(node(script), tmpdir(), patience);
describe("asking a program whether it is initls", () => {
  it("reads the version that initls prints", async () => {
    assert.deepEqual(await ask("console.log('initls 0.1.0')"), { version: "0.1.0" });
  });
  it("asks with --version behind the command's own arguments", async () => {
    assert.deepEqual(await ask("console.log('initls 1.' + process.argv.at(-1))"), { version: "1.--version" });
  });
  it("does not take another program for initls", async () => {
    assert.deepEqual(await ask("console.log('Python 3.12.1')"), {
      problem: String.raw`it answered --version with "Python 3.12.1\n"`
    });
  });
  it("repeats the last line of what a failing program wrote", async () => {
    const script = "console.error('Traceback\\nNo module named initls\\n'); process.exit(1)";
    assert.deepEqual(await ask(script), { problem: "No module named initls" });
  });
  it("says that a program is not there", async () => {
    const answer = await probe({ program: "/no/such/initls", args: [] }, tmpdir());
    assert.deepEqual(answer, { problem: "there is no such program" });
  });
  it("does not wait for a program that never answers", async () => {
    assert.deepEqual(await ask("setInterval(() => {}, 1000)", 500), { problem: "no answer to --version within 0.5 s" });
  });
  it("starts the program in the folder that it is given", async () => {
    const answer = await probe(node("console.log('initls 0' + process.cwd())"), "/");
    assert.deepEqual(answer, { version: "0/" });
  });
});
describe("reading what a program printed", () => {
  it("finds the version among warnings", () => {
    assert.equal(versionIn("warning: slow disk\r\ninitls 1.2.3rc1\r\n"), "1.2.3rc1");
  });
  it("finds none where there is none", () => {
    assert.equal(versionIn("my-initls 1.2.3"), void 0);
    assert.equal(versionIn("initls"), void 0);
  });
  it("knows that silence has no last line", () => {
    assert.equal(lastLine("\n \r\n"), void 0);
  });
});
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsiLi4vdGVzdC9wcm9iZS50ZXN0LnRzIiwgIi4uL3NyYy9wcm9iZS50cyJdLAogICJzb3VyY2VzQ29udGVudCI6IFsiaW1wb3J0IGFzc2VydCBmcm9tIFwibm9kZTphc3NlcnQvc3RyaWN0XCI7XG5pbXBvcnQgeyB0bXBkaXIgfSBmcm9tIFwibm9kZTpvc1wiO1xuaW1wb3J0IHsgZGVzY3JpYmUsIGl0IH0gZnJvbSBcIm5vZGU6dGVzdFwiO1xuaW1wb3J0IHsgbGFzdExpbmUsIHByb2JlLCB2ZXJzaW9uSW4gfSBmcm9tIFwiLi4vc3JjL3Byb2JlXCI7XG5cbi8qKiBBIHByb2dyYW0gdGhhdCBkb2VzIHdoYXQgdGhlIHNjcmlwdCBzYXlzLCB3aGF0ZXZlciBgLS12ZXJzaW9uYCBpdCBpcyBhc2tlZCBmb3IuICovXG5jb25zdCBub2RlID0gKHNjcmlwdDogc3RyaW5nKSA9PiAoeyBwcm9ncmFtOiBwcm9jZXNzLmV4ZWNQYXRoLCBhcmdzOiBbXCItZVwiLCBzY3JpcHQsIFwiLS1cIl0gfSk7XG5jb25zdCBhc2sgPSAoc2NyaXB0OiBzdHJpbmcsIHBhdGllbmNlPzogbnVtYmVyKSA9PiBwcm9iZShub2RlKHNjcmlwdCksIHRtcGRpcigpLCBwYXRpZW5jZSk7XG5cbmRlc2NyaWJlKFwiYXNraW5nIGEgcHJvZ3JhbSB3aGV0aGVyIGl0IGlzIGluaXRsc1wiLCAoKSA9PiB7XG4gIGl0KFwicmVhZHMgdGhlIHZlcnNpb24gdGhhdCBpbml0bHMgcHJpbnRzXCIsIGFzeW5jICgpID0+IHtcbiAgICBhc3NlcnQuZGVlcEVxdWFsKGF3YWl0IGFzayhcImNvbnNvbGUubG9nKCdpbml0bHMgMC4xLjAnKVwiKSwgeyB2ZXJzaW9uOiBcIjAuMS4wXCIgfSk7XG4gIH0pO1xuXG4gIGl0KFwiYXNrcyB3aXRoIC0tdmVyc2lvbiBiZWhpbmQgdGhlIGNvbW1hbmQncyBvd24gYXJndW1lbnRzXCIsIGFzeW5jICgpID0+IHtcbiAgICBhc3NlcnQuZGVlcEVxdWFsKGF3YWl0IGFzayhcImNvbnNvbGUubG9nKCdpbml0bHMgMS4nICsgcHJvY2Vzcy5hcmd2LmF0KC0xKSlcIiksIHsgdmVyc2lvbjogXCIxLi0tdmVyc2lvblwiIH0pO1xuICB9KTtcblxuICBpdChcImRvZXMgbm90IHRha2UgYW5vdGhlciBwcm9ncmFtIGZvciBpbml0bHNcIiwgYXN5bmMgKCkgPT4ge1xuICAgIGFzc2VydC5kZWVwRXF1YWwoYXdhaXQgYXNrKFwiY29uc29sZS5sb2coJ1B5dGhvbiAzLjEyLjEnKVwiKSwge1xuICAgICAgcHJvYmxlbTogU3RyaW5nLnJhd2BpdCBhbnN3ZXJlZCAtLXZlcnNpb24gd2l0aCBcIlB5dGhvbiAzLjEyLjFcXG5cImAsXG4gICAgfSk7XG4gIH0pO1xuXG4gIGl0KFwicmVwZWF0cyB0aGUgbGFzdCBsaW5lIG9mIHdoYXQgYSBmYWlsaW5nIHByb2dyYW0gd3JvdGVcIiwgYXN5bmMgKCkgPT4ge1xuICAgIGNvbnN0IHNjcmlwdCA9IFwiY29uc29sZS5lcnJvcignVHJhY2ViYWNrXFxcXG5ObyBtb2R1bGUgbmFtZWQgaW5pdGxzXFxcXG4nKTsgcHJvY2Vzcy5leGl0KDEpXCI7XG4gICAgYXNzZXJ0LmRlZXBFcXVhbChhd2FpdCBhc2soc2NyaXB0KSwgeyBwcm9ibGVtOiBcIk5vIG1vZHVsZSBuYW1lZCBpbml0bHNcIiB9KTtcbiAgfSk7XG5cbiAgaXQoXCJzYXlzIHRoYXQgYSBwcm9ncmFtIGlzIG5vdCB0aGVyZVwiLCBhc3luYyAoKSA9PiB7XG4gICAgY29uc3QgYW5zd2VyID0gYXdhaXQgcHJvYmUoeyBwcm9ncmFtOiBcIi9uby9zdWNoL2luaXRsc1wiLCBhcmdzOiBbXSB9LCB0bXBkaXIoKSk7XG4gICAgYXNzZXJ0LmRlZXBFcXVhbChhbnN3ZXIsIHsgcHJvYmxlbTogXCJ0aGVyZSBpcyBubyBzdWNoIHByb2dyYW1cIiB9KTtcbiAgfSk7XG5cbiAgaXQoXCJkb2VzIG5vdCB3YWl0IGZvciBhIHByb2dyYW0gdGhhdCBuZXZlciBhbnN3ZXJzXCIsIGFzeW5jICgpID0+IHtcbiAgICBhc3NlcnQuZGVlcEVxdWFsKGF3YWl0IGFzayhcInNldEludGVydmFsKCgpID0+IHt9LCAxMDAwKVwiLCA1MDApLCB7IHByb2JsZW06IFwibm8gYW5zd2VyIHRvIC0tdmVyc2lvbiB3aXRoaW4gMC41IHNcIiB9KTtcbiAgfSk7XG5cbiAgaXQoXCJzdGFydHMgdGhlIHByb2dyYW0gaW4gdGhlIGZvbGRlciB0aGF0IGl0IGlzIGdpdmVuXCIsIGFzeW5jICgpID0+IHtcbiAgICBjb25zdCBhbnN3ZXIgPSBhd2FpdCBwcm9iZShub2RlKFwiY29uc29sZS5sb2coJ2luaXRscyAwJyArIHByb2Nlc3MuY3dkKCkpXCIpLCBcIi9cIik7XG4gICAgYXNzZXJ0LmRlZXBFcXVhbChhbnN3ZXIsIHsgdmVyc2lvbjogXCIwL1wiIH0pO1xuICB9KTtcbn0pO1xuXG5kZXNjcmliZShcInJlYWRpbmcgd2hhdCBhIHByb2dyYW0gcHJpbnRlZFwiLCAoKSA9PiB7XG4gIGl0KFwiZmluZHMgdGhlIHZlcnNpb24gYW1vbmcgd2FybmluZ3NcIiwgKCkgPT4ge1xuICAgIGFzc2VydC5lcXVhbCh2ZXJzaW9uSW4oXCJ3YXJuaW5nOiBzbG93IGRpc2tcXHJcXG5pbml0bHMgMS4yLjNyYzFcXHJcXG5cIiksIFwiMS4yLjNyYzFcIik7XG4gIH0pO1xuXG4gIGl0KFwiZmluZHMgbm9uZSB3aGVyZSB0aGVyZSBpcyBub25lXCIsICgpID0+IHtcbiAgICBhc3NlcnQuZXF1YWwodmVyc2lvbkluKFwibXktaW5pdGxzIDEuMi4zXCIpLCB1bmRlZmluZWQpO1xuICAgIGFzc2VydC5lcXVhbCh2ZXJzaW9uSW4oXCJpbml0bHNcIiksIHVuZGVmaW5lZCk7XG4gIH0pO1xuXG4gIGl0KFwia25vd3MgdGhhdCBzaWxlbmNlIGhhcyBubyBsYXN0IGxpbmVcIiwgKCkgPT4ge1xuICAgIGFzc2VydC5lcXVhbChsYXN0TGluZShcIlxcbiBcXHJcXG5cIiksIHVuZGVmaW5lZCk7XG4gIH0pO1xufSk7XG4iLCAiLyoqIEFza3MgYSBwcm9ncmFtIHdoZXRoZXIgaXQgaXMgaW5pdGxzLiAqL1xuaW1wb3J0IHsgZXhlY0ZpbGUgfSBmcm9tIFwibm9kZTpjaGlsZF9wcm9jZXNzXCI7XG5pbXBvcnQgdHlwZSB7IEFuc3dlciwgQ29tbWFuZCB9IGZyb20gXCIuL3NlcnZlclwiO1xuXG4vKiogQSBjb2xkIFB5dGhvbiBvbiBhIHNsb3cgZGlzayBuZWVkcyBzZWNvbmRzIGZvciBpdHMgZmlyc3Qgc3RhcnQ7IGEgcHJvZ3JhbSB0aGF0IG5lZWRzIGxvbmdlciBpcyBub3QgYW5zd2VyaW5nLiAqL1xuY29uc3QgUEFUSUVOQ0VfTVMgPSAyMF8wMDA7XG5cbi8qKiBSZWFkcyBgaW5pdGxzIDAuMS4wYCBvdXQgb2Ygd2hhdCBhIHByb2dyYW0gcHJpbnRlZC4gKi9cbmV4cG9ydCBmdW5jdGlvbiB2ZXJzaW9uSW4ob3V0cHV0OiBzdHJpbmcpOiBzdHJpbmcgfCB1bmRlZmluZWQge1xuICByZXR1cm4gL15pbml0bHMgKFxcZFxcUyopL20uZXhlYyhvdXRwdXQpPy5bMV07XG59XG5cbi8qKiBUaGUgbGFzdCBsaW5lIHRoYXQgYSBmYWlsaW5nIHByb2dyYW0gd3JvdGUgaXMgdGhlIG9uZSB0aGF0IHNheXMgd2h5OiBhIHRyYWNlYmFjayBlbmRzIHdpdGggaXRzIGVycm9yLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIGxhc3RMaW5lKG91dHB1dDogc3RyaW5nKTogc3RyaW5nIHwgdW5kZWZpbmVkIHtcbiAgcmV0dXJuIG91dHB1dFxuICAgIC5zcGxpdCgvXFxyP1xcbi8pXG4gICAgLm1hcCgobGluZSkgPT4gbGluZS50cmltKCkpXG4gICAgLmZpbmRMYXN0KChsaW5lKSA9PiBsaW5lICE9PSBcIlwiKTtcbn1cblxuLyoqXG4gKiBSdW5zIGBjb21tYW5kIC0tdmVyc2lvbmAgaW4gYSBmb2xkZXIgdGhhdCBpcyBub3QgdGhlIHdvcmtzcGFjZTogUHl0aG9uIHB1dHMgdGhlIGZvbGRlciBpdCBpcyBzdGFydGVkIGluIGZpcnN0IG9uIGl0c1xuICogaW1wb3J0IHBhdGgsIGFuZCBhIHdvcmtzcGFjZSBtdXN0IG5vdCBiZSBhYmxlIHRvIGJyaW5nIGFsb25nIGFuIGBpbml0bHNgIG9mIGl0cyBvd24uXG4gKi9cbmV4cG9ydCBmdW5jdGlvbiBwcm9iZShjb21tYW5kOiBDb21tYW5kLCBmb2xkZXI6IHN0cmluZywgcGF0aWVuY2UgPSBQQVRJRU5DRV9NUyk6IFByb21pc2U8QW5zd2VyPiB7XG4gIHJldHVybiBuZXcgUHJvbWlzZSgocmVzb2x2ZSkgPT4ge1xuICAgIGV4ZWNGaWxlKFxuICAgICAgY29tbWFuZC5wcm9ncmFtLFxuICAgICAgWy4uLmNvbW1hbmQuYXJncywgXCItLXZlcnNpb25cIl0sXG4gICAgICB7IGN3ZDogZm9sZGVyLCB0aW1lb3V0OiBwYXRpZW5jZSwgd2luZG93c0hpZGU6IHRydWUgfSxcbiAgICAgIChlcnJvciwgc3Rkb3V0LCBzdGRlcnIpID0+IHtcbiAgICAgICAgY29uc3QgdmVyc2lvbiA9IHZlcnNpb25JbihzdGRvdXQpO1xuICAgICAgICBpZiAoZXJyb3IgPT09IG51bGwgJiYgdmVyc2lvbiAhPT0gdW5kZWZpbmVkKSB7XG4gICAgICAgICAgcmVzb2x2ZSh7IHZlcnNpb24gfSk7XG4gICAgICAgIH0gZWxzZSBpZiAoZXJyb3IgPT09IG51bGwpIHtcbiAgICAgICAgICByZXNvbHZlKHsgcHJvYmxlbTogYGl0IGFuc3dlcmVkIC0tdmVyc2lvbiB3aXRoICR7SlNPTi5zdHJpbmdpZnkoc3Rkb3V0LnNsaWNlKDAsIDgwKSl9YCB9KTtcbiAgICAgICAgfSBlbHNlIGlmIChlcnJvci5jb2RlID09PSBcIkVOT0VOVFwiKSB7XG4gICAgICAgICAgcmVzb2x2ZSh7IHByb2JsZW06IFwidGhlcmUgaXMgbm8gc3VjaCBwcm9ncmFtXCIgfSk7XG4gICAgICAgIH0gZWxzZSBpZiAoZXJyb3Iua2lsbGVkID09PSB0cnVlKSB7XG4gICAgICAgICAgcmVzb2x2ZSh7IHByb2JsZW06IGBubyBhbnN3ZXIgdG8gLS12ZXJzaW9uIHdpdGhpbiAke3BhdGllbmNlIC8gMTAwMH0gc2AgfSk7XG4gICAgICAgIH0gZWxzZSB7XG4gICAgICAgICAgcmVzb2x2ZSh7IHByb2JsZW06IGxhc3RMaW5lKHN0ZGVycikgPz8gZXJyb3IubWVzc2FnZSB9KTtcbiAgICAgICAgfVxuICAgICAgfSxcbiAgICApO1xuICB9KTtcbn1cbiJdLAogICJtYXBwaW5ncyI6ICI7QUFBQSxPQUFPLFlBQVk7QUFDbkIsU0FBUyxjQUFjO0FBQ3ZCLFNBQVMsVUFBVSxVQUFVOzs7QUNEN0IsU0FBUyxnQkFBZ0I7QUFJekIsSUFBTSxjQUFjO0FBR2IsU0FBUyxVQUFVLFFBQW9DO0FBQzVELFNBQU8sbUJBQW1CLEtBQUssTUFBTSxJQUFJLENBQUM7QUFDNUM7QUFHTyxTQUFTLFNBQVMsUUFBb0M7QUFDM0QsU0FBTyxPQUNKLE1BQU0sT0FBTyxFQUNiLElBQUksQ0FBQyxTQUFTLEtBQUssS0FBSyxDQUFDLEVBQ3pCLFNBQVMsQ0FBQyxTQUFTLFNBQVMsRUFBRTtBQUNuQztBQU1PLFNBQVMsTUFBTSxTQUFrQixRQUFnQixXQUFXLGFBQThCO0FBQy9GLFNBQU8sSUFBSSxRQUFRLENBQUMsWUFBWTtBQUM5QjtBQUFBLE1BQ0UsUUFBUTtBQUFBLE1BQ1IsQ0FBQyxHQUFHLFFBQVEsTUFBTSxXQUFXO0FBQUEsTUFDN0IsRUFBRSxLQUFLLFFBQVEsU0FBUyxVQUFVLGFBQWEsS0FBSztBQUFBLE1BQ3BELENBQUMsT0FBTyxRQUFRLFdBQVc7QUFDekIsY0FBTSxVQUFVLFVBQVUsTUFBTTtBQUNoQyxZQUFJLFVBQVUsUUFBUSxZQUFZLFFBQVc7QUFDM0Msa0JBQVEsRUFBRSxRQUFRLENBQUM7QUFBQSxRQUNyQixXQUFXLFVBQVUsTUFBTTtBQUN6QixrQkFBUSxFQUFFLFNBQVMsOEJBQThCLEtBQUssVUFBVSxPQUFPLE1BQU0sR0FBRyxFQUFFLENBQUMsQ0FBQyxHQUFHLENBQUM7QUFBQSxRQUMxRixXQUFXLE1BQU0sU0FBUyxVQUFVO0FBQ2xDLGtCQUFRLEVBQUUsU0FBUywyQkFBMkIsQ0FBQztBQUFBLFFBQ2pELFdBQVcsTUFBTSxXQUFXLE1BQU07QUFDaEMsa0JBQVEsRUFBRSxTQUFTLGlDQUFpQyxXQUFXLEdBQUksS0FBSyxDQUFDO0FBQUEsUUFDM0UsT0FBTztBQUNMLGtCQUFRLEVBQUUsU0FBUyxTQUFTLE1BQU0sS0FBSyxNQUFNLFFBQVEsQ0FBQztBQUFBLFFBQ3hEO0FBQUEsTUFDRjtBQUFBLElBQ0Y7QUFBQSxFQUNGLENBQUM7QUFDSDs7O0FEeENBLElBQU0sT0FBTyxDQUFDLFlBQW9CLEVBQUUsU0FBUyxRQUFRLFVBQVUsTUFBTSxDQUFDLE1BQU0sUUFBUSxJQUFJLEVBQUU7QUFDMUYsSUFBTSxNQUFNLENBQUMsUUFBZ0IsYUFBc0IsTUFBTSxLQUFLLE1BQU0sR0FBRyxPQUFPLEdBQUcsUUFBUTtBQUV6RixTQUFTLHlDQUF5QyxNQUFNO0FBQ3RELEtBQUcsd0NBQXdDLFlBQVk7QUFDckQsV0FBTyxVQUFVLE1BQU0sSUFBSSw2QkFBNkIsR0FBRyxFQUFFLFNBQVMsUUFBUSxDQUFDO0FBQUEsRUFDakYsQ0FBQztBQUVELEtBQUcsMERBQTBELFlBQVk7QUFDdkUsV0FBTyxVQUFVLE1BQU0sSUFBSSxnREFBZ0QsR0FBRyxFQUFFLFNBQVMsY0FBYyxDQUFDO0FBQUEsRUFDMUcsQ0FBQztBQUVELEtBQUcsNENBQTRDLFlBQVk7QUFDekQsV0FBTyxVQUFVLE1BQU0sSUFBSSw4QkFBOEIsR0FBRztBQUFBLE1BQzFELFNBQVMsT0FBTztBQUFBLElBQ2xCLENBQUM7QUFBQSxFQUNILENBQUM7QUFFRCxLQUFHLHlEQUF5RCxZQUFZO0FBQ3RFLFVBQU0sU0FBUztBQUNmLFdBQU8sVUFBVSxNQUFNLElBQUksTUFBTSxHQUFHLEVBQUUsU0FBUyx5QkFBeUIsQ0FBQztBQUFBLEVBQzNFLENBQUM7QUFFRCxLQUFHLG9DQUFvQyxZQUFZO0FBQ2pELFVBQU0sU0FBUyxNQUFNLE1BQU0sRUFBRSxTQUFTLG1CQUFtQixNQUFNLENBQUMsRUFBRSxHQUFHLE9BQU8sQ0FBQztBQUM3RSxXQUFPLFVBQVUsUUFBUSxFQUFFLFNBQVMsMkJBQTJCLENBQUM7QUFBQSxFQUNsRSxDQUFDO0FBRUQsS0FBRyxrREFBa0QsWUFBWTtBQUMvRCxXQUFPLFVBQVUsTUFBTSxJQUFJLCtCQUErQixHQUFHLEdBQUcsRUFBRSxTQUFTLHNDQUFzQyxDQUFDO0FBQUEsRUFDcEgsQ0FBQztBQUVELEtBQUcscURBQXFELFlBQVk7QUFDbEUsVUFBTSxTQUFTLE1BQU0sTUFBTSxLQUFLLHlDQUF5QyxHQUFHLEdBQUc7QUFDL0UsV0FBTyxVQUFVLFFBQVEsRUFBRSxTQUFTLEtBQUssQ0FBQztBQUFBLEVBQzVDLENBQUM7QUFDSCxDQUFDO0FBRUQsU0FBUyxrQ0FBa0MsTUFBTTtBQUMvQyxLQUFHLG9DQUFvQyxNQUFNO0FBQzNDLFdBQU8sTUFBTSxVQUFVLDJDQUEyQyxHQUFHLFVBQVU7QUFBQSxFQUNqRixDQUFDO0FBRUQsS0FBRyxrQ0FBa0MsTUFBTTtBQUN6QyxXQUFPLE1BQU0sVUFBVSxpQkFBaUIsR0FBRyxNQUFTO0FBQ3BELFdBQU8sTUFBTSxVQUFVLFFBQVEsR0FBRyxNQUFTO0FBQUEsRUFDN0MsQ0FBQztBQUVELEtBQUcsdUNBQXVDLE1BQU07QUFDOUMsV0FBTyxNQUFNLFNBQVMsU0FBUyxHQUFHLE1BQVM7QUFBQSxFQUM3QyxDQUFDO0FBQ0gsQ0FBQzsiLAogICJuYW1lcyI6IFtdCn0K

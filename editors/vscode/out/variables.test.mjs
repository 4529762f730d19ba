// test/variables.test.ts
import assert from "node:assert/strict";
import { it } from "node:test";

// src/variables.ts
function expand(text, variables2) {
  return text.trim().replace(/^~(?=$|[/\\])/, () => variables2.home).replaceAll("${workspaceFolder}", (whole) => variables2.workspaceFolder ?? whole).replace(/\$\{env:(\w+)\}/g, (whole, name) => variables2.env[name] ?? whole);
}

// test/variables.test.ts
var variables = { home: "/home/ada", workspaceFolder: "/src/net", env: { VENV: "/opt/venv", EMPTY: "" } };
for (const [text, expected] of [
  ["", ""],
  ["  /usr/bin/initls ", "/usr/bin/initls"],
  ["~", "/home/ada"],
  ["~/bin/initls", "/home/ada/bin/initls"],
  ["~\\bin\\initls", "/home/ada\\bin\\initls"],
  ["~bob/bin", "~bob/bin"],
  ["/a~/b", "/a~/b"],
  ["${workspaceFolder}/.venv/bin/python", "/src/net/.venv/bin/python"],
  ["${env:VENV}/bin/python", "/opt/venv/bin/python"],
  ["${env:EMPTY}x", "x"],
  ["${env:NOBODY}/python", "${env:NOBODY}/python"]
]) {
  it(`expands ${JSON.stringify(text)} to ${JSON.stringify(expected)}`, () => {
    assert.equal(expand(text, variables), expected);
  });
}
it("leaves the workspace folder standing where there is none", () => {
  assert.equal(expand("${workspaceFolder}/x", { ...variables, workspaceFolder: void 0 }), "${workspaceFolder}/x");
});
it("puts a value in as it is, dollar signs and all", () => {
  assert.equal(expand("~/x", { ...variables, home: "/home/$&" }), "/home/$&/x");
});
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsiLi4vdGVzdC92YXJpYWJsZXMudGVzdC50cyIsICIuLi9zcmMvdmFyaWFibGVzLnRzIl0sCiAgInNvdXJjZXNDb250ZW50IjogWyJpbXBvcnQgYXNzZXJ0IGZyb20gXCJub2RlOmFzc2VydC9zdHJpY3RcIjtcbmltcG9ydCB7IGl0IH0gZnJvbSBcIm5vZGU6dGVzdFwiO1xuaW1wb3J0IHsgZXhwYW5kIH0gZnJvbSBcIi4uL3NyYy92YXJpYWJsZXNcIjtcblxuY29uc3QgdmFyaWFibGVzID0geyBob21lOiBcIi9ob21lL2FkYVwiLCB3b3Jrc3BhY2VGb2xkZXI6IFwiL3NyYy9uZXRcIiwgZW52OiB7IFZFTlY6IFwiL29wdC92ZW52XCIsIEVNUFRZOiBcIlwiIH0gfTtcblxuZm9yIChjb25zdCBbdGV4dCwgZXhwZWN0ZWRdIG9mIFtcbiAgW1wiXCIsIFwiXCJdLFxuICBbXCIgIC91c3IvYmluL2luaXRscyBcIiwgXCIvdXNyL2Jpbi9pbml0bHNcIl0sXG4gIFtcIn5cIiwgXCIvaG9tZS9hZGFcIl0sXG4gIFtcIn4vYmluL2luaXRsc1wiLCBcIi9ob21lL2FkYS9iaW4vaW5pdGxzXCJdLFxuICBbXCJ+XFxcXGJpblxcXFxpbml0bHNcIiwgXCIvaG9tZS9hZGFcXFxcYmluXFxcXGluaXRsc1wiXSxcbiAgW1wifmJvYi9iaW5cIiwgXCJ+Ym9iL2JpblwiXSxcbiAgW1wiL2F+L2JcIiwgXCIvYX4vYlwiXSxcbiAgW1wiJHt3b3Jrc3BhY2VGb2xkZXJ9Ly52ZW52L2Jpbi9weXRob25cIiwgXCIvc3JjL25ldC8udmVudi9iaW4vcHl0aG9uXCJdLFxuICBbXCIke2VudjpWRU5WfS9iaW4vcHl0aG9uXCIsIFwiL29wdC92ZW52L2Jpbi9weXRob25cIl0sXG4gIFtcIiR7ZW52OkVNUFRZfXhcIiwgXCJ4XCJdLFxuICBbXCIke2VudjpOT0JPRFl9L3B5dGhvblwiLCBcIiR7ZW52Ok5PQk9EWX0vcHl0aG9uXCJdLFxuXSBhcyBjb25zdCkge1xuICBpdChgZXhwYW5kcyAke0pTT04uc3RyaW5naWZ5KHRleHQpfSB0byAke0pTT04uc3RyaW5naWZ5KGV4cGVjdGVkKX1gLCAoKSA9PiB7XG4gICAgYXNzZXJ0LmVxdWFsKGV4cGFuZCh0ZXh0LCB2YXJpYWJsZXMpLCBleHBlY3RlZCk7XG4gIH0pO1xufVxuXG5pdChcImxlYXZlcyB0aGUgd29ya3NwYWNlIGZvbGRlciBzdGFuZGluZyB3aGVyZSB0aGVyZSBpcyBub25lXCIsICgpID0+IHtcbiAgYXNzZXJ0LmVxdWFsKGV4cGFuZChcIiR7d29ya3NwYWNlRm9sZGVyfS94XCIsIHsgLi4udmFyaWFibGVzLCB3b3Jrc3BhY2VGb2xkZXI6IHVuZGVmaW5lZCB9KSwgXCIke3dvcmtzcGFjZUZvbGRlcn0veFwiKTtcbn0pO1xuXG5pdChcInB1dHMgYSB2YWx1ZSBpbiBhcyBpdCBpcywgZG9sbGFyIHNpZ25zIGFuZCBhbGxcIiwgKCkgPT4ge1xuICBhc3NlcnQuZXF1YWwoZXhwYW5kKFwifi94XCIsIHsgLi4udmFyaWFibGVzLCBob21lOiBcIi9ob21lLyQmXCIgfSksIFwiL2hvbWUvJCYveFwiKTtcbn0pO1xuIiwgIi8qKiBUaGUgdmFyaWFibGVzIHRoYXQgbWF5IHN0YW5kIGluIGEgcGF0aCBzZXR0aW5nLiAqL1xuXG5leHBvcnQgaW50ZXJmYWNlIFZhcmlhYmxlcyB7XG4gIHJlYWRvbmx5IGhvbWU6IHN0cmluZztcbiAgcmVhZG9ubHkgd29ya3NwYWNlRm9sZGVyOiBzdHJpbmcgfCB1bmRlZmluZWQ7XG4gIHJlYWRvbmx5IGVudjogUmVhZG9ubHk8UmVjb3JkPHN0cmluZywgc3RyaW5nIHwgdW5kZWZpbmVkPj47XG59XG5cbi8qKiBSZXBsYWNlcyBhIGxlYWRpbmcgYH5gLCBgJHt3b3Jrc3BhY2VGb2xkZXJ9YCBhbmQgYCR7ZW52Ok5BTUV9YDsgd2hhdCBpcyBub3Qga25vd24gaXMgbGVmdCBzdGFuZGluZywgdG8gYmUgc2Vlbi4gKi9cbmV4cG9ydCBmdW5jdGlvbiBleHBhbmQodGV4dDogc3RyaW5nLCB2YXJpYWJsZXM6IFZhcmlhYmxlcyk6IHN0cmluZyB7XG4gIHJldHVybiB0ZXh0XG4gICAgLnRyaW0oKVxuICAgIC5yZXBsYWNlKC9efig/PSR8Wy9cXFxcXSkvLCAoKSA9PiB2YXJpYWJsZXMuaG9tZSlcbiAgICAucmVwbGFjZUFsbChcIiR7d29ya3NwYWNlRm9sZGVyfVwiLCAod2hvbGUpID0+IHZhcmlhYmxlcy53b3Jrc3BhY2VGb2xkZXIgPz8gd2hvbGUpXG4gICAgLnJlcGxhY2UoL1xcJFxce2VudjooXFx3KylcXH0vZywgKHdob2xlLCBuYW1lOiBzdHJpbmcpID0+IHZhcmlhYmxlcy5lbnZbbmFtZV0gPz8gd2hvbGUpO1xufVxuIl0sCiAgIm1hcHBpbmdzIjogIjtBQUFBLE9BQU8sWUFBWTtBQUNuQixTQUFTLFVBQVU7OztBQ1FaLFNBQVMsT0FBTyxNQUFjQSxZQUE4QjtBQUNqRSxTQUFPLEtBQ0osS0FBSyxFQUNMLFFBQVEsaUJBQWlCLE1BQU1BLFdBQVUsSUFBSSxFQUM3QyxXQUFXLHNCQUFzQixDQUFDLFVBQVVBLFdBQVUsbUJBQW1CLEtBQUssRUFDOUUsUUFBUSxvQkFBb0IsQ0FBQyxPQUFPLFNBQWlCQSxXQUFVLElBQUksSUFBSSxLQUFLLEtBQUs7QUFDdEY7OztBRFhBLElBQU0sWUFBWSxFQUFFLE1BQU0sYUFBYSxpQkFBaUIsWUFBWSxLQUFLLEVBQUUsTUFBTSxhQUFhLE9BQU8sR0FBRyxFQUFFO0FBRTFHLFdBQVcsQ0FBQyxNQUFNLFFBQVEsS0FBSztBQUFBLEVBQzdCLENBQUMsSUFBSSxFQUFFO0FBQUEsRUFDUCxDQUFDLHNCQUFzQixpQkFBaUI7QUFBQSxFQUN4QyxDQUFDLEtBQUssV0FBVztBQUFBLEVBQ2pCLENBQUMsZ0JBQWdCLHNCQUFzQjtBQUFBLEVBQ3ZDLENBQUMsa0JBQWtCLHdCQUF3QjtBQUFBLEVBQzNDLENBQUMsWUFBWSxVQUFVO0FBQUEsRUFDdkIsQ0FBQyxTQUFTLE9BQU87QUFBQSxFQUNqQixDQUFDLHVDQUF1QywyQkFBMkI7QUFBQSxFQUNuRSxDQUFDLDBCQUEwQixzQkFBc0I7QUFBQSxFQUNqRCxDQUFDLGlCQUFpQixHQUFHO0FBQUEsRUFDckIsQ0FBQyx3QkFBd0Isc0JBQXNCO0FBQ2pELEdBQVk7QUFDVixLQUFHLFdBQVcsS0FBSyxVQUFVLElBQUksQ0FBQyxPQUFPLEtBQUssVUFBVSxRQUFRLENBQUMsSUFBSSxNQUFNO0FBQ3pFLFdBQU8sTUFBTSxPQUFPLE1BQU0sU0FBUyxHQUFHLFFBQVE7QUFBQSxFQUNoRCxDQUFDO0FBQ0g7QUFFQSxHQUFHLDREQUE0RCxNQUFNO0FBQ25FLFNBQU8sTUFBTSxPQUFPLHdCQUF3QixFQUFFLEdBQUcsV0FBVyxpQkFBaUIsT0FBVSxDQUFDLEdBQUcsc0JBQXNCO0FBQ25ILENBQUM7QUFFRCxHQUFHLGtEQUFrRCxNQUFNO0FBQ3pELFNBQU8sTUFBTSxPQUFPLE9BQU8sRUFBRSxHQUFHLFdBQVcsTUFBTSxXQUFXLENBQUMsR0FBRyxZQUFZO0FBQzlFLENBQUM7IiwKICAibmFtZXMiOiBbInZhcmlhYmxlcyJdCn0K

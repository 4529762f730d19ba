import assert from "node:assert/strict";
import { it } from "node:test";
import { expand } from "../src/variables";

const variables = { home: "/home/ada", workspaceFolder: "/src/net", env: { VENV: "/opt/venv", EMPTY: "" } };

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
  ["${env:NOBODY}/python", "${env:NOBODY}/python"],
] as const) {
  it(`expands ${JSON.stringify(text)} to ${JSON.stringify(expected)}`, () => {
    assert.equal(expand(text, variables), expected);
  });
}

it("leaves the workspace folder standing where there is none", () => {
  assert.equal(expand("${workspaceFolder}/x", { ...variables, workspaceFolder: undefined }), "${workspaceFolder}/x");
});

it("puts a value in as it is, dollar signs and all", () => {
  assert.equal(expand("~/x", { ...variables, home: "/home/$&" }), "/home/$&/x");
});

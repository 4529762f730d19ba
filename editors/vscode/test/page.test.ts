import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { page } from "../src/page";

const server =
  '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>LeNet</title><style>td{color:red}</style></head>' +
  '<body class="report"><table><tr data-line="3"><td>conv1</td></tr></table></body></html>';
const frame = { nonce: "abc", stale: false };

describe("the page of a report", () => {
  it("may load nothing, and run no script but ours", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page(server, frame))?.[1];
    assert.equal(policy, "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'nonce-abc'");
  });

  it("says so before anything of the server's stands", () => {
    const made = page(server, frame);
    assert.ok(made.indexOf("Content-Security-Policy") < made.indexOf("<title>"));
  });

  it("has a style of its own behind the server's", () => {
    const made = page(server, frame);
    assert.ok(made.indexOf("td{color:red}") < made.indexOf("--vscode-list-hoverBackground"));
    assert.ok(made.indexOf("--vscode-list-hoverBackground") < made.indexOf("</head>"));
  });

  it("keeps what the server has written", () => {
    assert.ok(page(server, frame).includes('<tr data-line="3"><td>conv1</td></tr>'));
    assert.ok(page("<p>no page at all</p>", frame).includes("<p>no page at all</p>"));
  });

  it("says when it is older than the text", () => {
    assert.ok(!page(server, frame).includes("before the last edits"));
    assert.ok(page(server, { ...frame, stale: true }).includes("before the last edits"));
  });
});

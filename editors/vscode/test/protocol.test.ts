/**
 * The client library that the extension is built on, with all that it declares of itself, and the real server: started over
 * standard input and output, asked what VS Code asks. Only the editor around it is missing.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { CLIENT_COMMANDS, SELECTOR } from "../src/settings";
import { scratch } from "./fakes";

interface Diagnostic {
  readonly code: string;
  readonly range: unknown;
  readonly codeDescription?: { readonly href: string };
}

interface Action {
  readonly title: string;
  readonly isPreferred?: boolean;
  readonly edit?: { readonly documentChanges?: { readonly textDocument: { readonly version: number } }[] };
}

const project = path.resolve(import.meta.dirname, "../../..");
const server = [process.env.INITLS_SERVER, path.join(project, ".venv/bin/initls")].find(
  (file) => file !== undefined && existsSync(file),
);
const example = readFileSync(path.join(project, "examples/lenet.py"), "utf8");
// Where a verdict is given there has to be a server; at a desk `make editors` brings one.
const skip = server === undefined && process.env.CI === undefined ? "no initls: set INITLS_SERVER" : false;

function make(command: string): LanguageClient {
  return new LanguageClient(
    "initls",
    "initls",
    { command, args: ["server"], transport: TransportKind.stdio, options: { cwd: tmpdir() } },
    { documentSelector: SELECTOR, initializationOptions: { settings: { hover: true }, commands: CLIENT_COMMANDS } },
  );
}

/** Opens a document of its own, so that no settings but the server's defaults are found. */
async function open(client: LanguageClient, text = example) {
  const uri = `file://${scratch()}/lenet.py`;
  await client.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "python", version: 1, text },
  });
  return { uri };
}

describe("the client library and the server", { skip }, () => {
  let client: LanguageClient;

  before(async () => {
    assert.ok(server !== undefined, "there is no initls to talk to: INITLS_SERVER names none");
    client = make(server);
    await client.start();
  });

  // It ends by itself when it is asked to, or the test does not end.
  after(() => client.stop());

  it("agree on what each can do", () => {
    const { capabilities } = client.initializeResult ?? { capabilities: {} };
    assert.equal(capabilities.positionEncoding, "utf-16");
    assert.ok(capabilities.diagnosticProvider !== undefined, "diagnostics are pulled");
    assert.ok(capabilities.notebookDocumentSync !== undefined);
    assert.deepEqual(capabilities.codeLensProvider, { resolveProvider: true });
    const { codeActionKinds } = capabilities.codeActionProvider as { codeActionKinds: string[] };
    assert.ok(codeActionKinds.includes("source.fixAll.initls"));
    assert.ok(codeActionKinds.includes("notebook.source.fixAll.initls"));
  });

  it("go from the finding to its repair", async () => {
    const textDocument = await open(client);
    const { items } = await client.sendRequest<{ items: Diagnostic[] }>("textDocument/diagnostic", { textDocument });
    const [finding] = items;
    assert.ok(finding !== undefined && items.length === 1);
    assert.equal(finding.code, "INI202");
    assert.match(finding.codeDescription?.href ?? "", /INI202/i);
    const actions = await client.sendRequest<Action[]>("textDocument/codeAction", {
      textDocument,
      range: finding.range,
      context: { diagnostics: items, triggerKind: 1 },
    });
    const preferred = actions.filter(({ isPreferred }) => isPreferred);
    assert.equal(preferred.length, 1);
    assert.equal(preferred[0]?.edit?.documentChanges?.[0]?.textDocument.version, 1, "the edit is for this version");
  });

  it("put the report's command under the lens of a model", async () => {
    const textDocument = await open(client);
    const lenses = await client.sendRequest<object[]>("textDocument/codeLens", { textDocument });
    assert.equal(lenses.length, 1);
    const { command } = await client.sendRequest<{ command: { command: string; arguments: string[] } }>(
      "codeLens/resolve",
      lenses[0],
    );
    assert.equal(command.command, "initls.showReport");
    assert.equal(command.arguments[0], textDocument.uri);
  });
});

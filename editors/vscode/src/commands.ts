/** What the user can ask for by name. */
import * as vscode from "vscode";
import type { Server } from "./client";
import { EXAMPLE } from "./example";
import { asksForRestart } from "./settings";

/** Repairs all that can be repaired safely in the active editor, a notebook as a whole. */
export async function fixAll(): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor;
  if (notebook !== undefined) {
    // What a notebook's save would do, without saving: VS Code has no command for it.
    const [cell] = notebook.notebook.getCells().filter(({ document }) => document.languageId === "python");
    if (cell !== undefined) await apply(cell.document, "notebook.source.fixAll.initls");
    return;
  }
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined) await apply(document, "source.fixAll.initls");
}

async function apply(document: vscode.TextDocument, kind: string): Promise<void> {
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    all,
    kind,
    1,
  );
  const edit = actions.find((action) => action.kind?.value === kind)?.edit;
  if (edit === undefined) {
    void vscode.window.showInformationMessage("initls has nothing here that it would repair without being looked at.");
  } else {
    await vscode.workspace.applyEdit(edit);
  }
}

/** All that a report of a problem should hold, in a document that can be read before it is sent. */
export async function collectDebugInformation(server: Server): Promise<void> {
  const client = server.running();
  const told = await client
    ?.sendRequest<string>("workspace/executeCommand", { command: "initls.server.debugInformation" })
    .catch((error: unknown) => `The server could not be asked: ${String(error)}`);
  const content = [...server.described(), "", told ?? "The server is not running."].join("\n");
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "markdown", content }));
}

/** A model with a bug in it, to look at what initls does with it. */
export async function openExample(): Promise<void> {
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: "python", content: EXAMPLE }),
  );
}

/** What starts the server anew, or has it looked for once more. */
export function restarts(server: Server): vscode.Disposable[] {
  return [
    vscode.workspace.onDidChangeConfiguration((change) => (asksForRestart(change) ? server.restart() : undefined)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
  ];
}

/** The pages of the rules, as the server's own program prints them: of the same version, and without a network. */
import * as vscode from "vscode";
import type { Server } from "./client";

const SCHEME = "initls-rule";

interface Rule {
  readonly code: string;
  readonly name: string;
  readonly summary: string;
}

export class Rules implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly server: Server) {}

  async provideTextDocumentContent({ path }: vscode.Uri): Promise<string> {
    return (await this.server.program(["rule", code(path)])) ?? "initls is not running, so it cannot be asked.";
  }

  /** Shows the rule of the finding under the cursor, or one that is chosen from all of them. */
  async show(named?: unknown): Promise<void> {
    const chosen = typeof named === "string" ? named : (underCursor() ?? (await this.choose()));
    if (chosen !== undefined) {
      const page = vscode.Uri.from({ scheme: SCHEME, path: `/${chosen}.md` });
      await vscode.commands.executeCommand("markdown.showPreviewToSide", page);
    }
  }

  private async choose(): Promise<string | undefined> {
    const told = await this.server.program(["rule", "--all", "--output-format", "json"]);
    if (told === undefined) {
      void vscode.window.showInformationMessage("initls is not running; its status item says why.");
      return undefined;
    }
    const items = (JSON.parse(told) as Rule[]).map(({ code, name, summary }) => ({
      label: code,
      description: name,
      detail: summary,
    }));
    const options = { title: "Rules of initls", matchOnDescription: true, matchOnDetail: true };
    return (await vscode.window.showQuickPick(items, options))?.label;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

function code(path: string): string {
  return path.replace(/^\//, "").replace(/\.md$/, "");
}

function underCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const finding = vscode.languages
    .getDiagnostics(editor.document.uri)
    .find(({ source, range }) => source === "initls" && range.contains(editor.selection.active));
  const named = typeof finding?.code === "object" ? finding.code.value : finding?.code;
  return named === undefined ? undefined : String(named);
}

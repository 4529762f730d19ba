/** The panel with the report of one model: beside the code, and kept up with it. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Server } from "./client";
import { page } from "./page";

/** What the server answers to `initls/report`. Without a model there is none where it was asked for. */
interface Answer {
  readonly model: string | null;
  readonly title: string | null;
  readonly html?: string;
}

/** What is shown of a model; nothing but that there is none. */
type Report = { readonly model: string; readonly title: string; readonly html: string } | "none";

/** Which model: by its name, as a lens knows it, or by a place in it. */
type Wanted = { readonly model: string } | { readonly position: vscode.Position };

/** Tells that a document whose report is shown has been looked at anew. */
const CHANGED = "initls/reportChanged";

/** What the page says of a click: the document, and the line in it, counted from 0. */
interface Click {
  readonly line: number;
  readonly uri: string;
}

interface Shown {
  readonly uri: vscode.Uri;
  readonly model: string;
  readonly html: string;
}

export class Reports implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: Shown | undefined;
  private readonly following: vscode.Disposable;

  constructor(private readonly server: Server) {
    this.following = server.onDidStart((client) => {
      client.onNotification(CHANGED, ({ uri }: { readonly uri: string }) => {
        if (uri === this.wireUri(client)) void this.follow();
      });
      void this.follow(); // a panel that is open from the server before
    });
  }

  /** Shows the model that a lens names, or the one under the cursor. */
  async show(uri?: unknown, model?: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const place = typeof uri === "string" ? vscode.Uri.parse(uri) : editor?.document.uri;
    if (place === undefined) {
      tell("initls reports on the model under the cursor: open a Python file first.");
      return;
    }
    if (this.server.running() === undefined) {
      tell("initls is not running; its status item says why.");
      return;
    }
    const position = editor?.selection.active ?? new vscode.Position(0, 0);
    const report = await this.ask(place, typeof model === "string" ? { model } : { position }, true);
    if (report === "none") tell("There is no model under the cursor: put it into a class with layers.");
    else if (report !== undefined) {
      this.draw(place, report);
      this.panel?.reveal(undefined, true);
    }
  }

  /** Nothing if the server cannot be asked. */
  private async ask(uri: vscode.Uri, wanted: Wanted, follow: boolean): Promise<Report | undefined> {
    const client = this.server.running();
    if (client === undefined) return undefined;
    const textDocument = { uri: client.code2ProtocolConverter.asUri(uri) };
    try {
      const question = { textDocument, ...wanted, formats: ["html"], follow };
      const answer = await client.sendRequest<Answer | null>("initls/report", question);
      const { model, title, html } = answer ?? {};
      return typeof model === "string" && html !== undefined ? { model, title: title ?? model, html } : "none";
    } catch (error) {
      client.warn("there is no report", error, false);
      return undefined;
    }
  }

  /** The document has been looked at anew. */
  private async follow(): Promise<void> {
    const { shown, panel } = this;
    if (shown === undefined || panel === undefined) return;
    const report = await this.ask(shown.uri, { model: shown.model }, true);
    if (report === undefined || shown !== this.shown) return;
    if (report === "none") this.fill(panel, shown.html, true);
    else this.draw(shown.uri, report);
  }

  private draw(uri: vscode.Uri, { model, title, html }: Exclude<Report, "none">): void {
    const { shown } = this;
    if (shown !== undefined && shown.uri.toString() !== uri.toString()) this.leave(shown);
    this.shown = { uri, model, html };
    const panel = (this.panel ??= this.open());
    panel.title = title.split(":")[0] ?? model;
    this.fill(panel, html, false);
  }

  private fill(panel: vscode.WebviewPanel, html: string, stale: boolean): void {
    panel.webview.html = page(html, { nonce: randomBytes(16).toString("hex"), stale });
  }

  /** Has the server no longer tell of a document. */
  private leave({ uri, model }: Shown): void {
    void this.ask(uri, { model }, false);
  }

  private wireUri(client: LanguageClient): string | undefined {
    return this.shown === undefined ? undefined : client.code2ProtocolConverter.asUri(this.shown.uri);
  }

  private open(): vscode.WebviewPanel {
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel("initls.report", "initls", place, {
      enableScripts: true,
      localResourceRoots: [],
    });
    panel.webview.onDidReceiveMessage((click: Click) => void reveal(click));
    panel.onDidDispose(() => {
      const { shown } = this;
      this.panel = undefined;
      this.shown = undefined;
      if (shown !== undefined) this.leave(shown);
    });
    return panel;
  }

  dispose(): void {
    this.panel?.dispose();
    this.following.dispose();
  }
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}

async function reveal({ line, uri }: Click): Promise<void> {
  const place = vscode.Uri.parse(uri);
  const open = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === place.toString());
  await vscode.window.showTextDocument(place, {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
    selection: new vscode.Range(line, 0, line, 0),
  });
}

/** The panel with the report of one model: beside the code, and kept up with it. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Server } from "./client";
import { page } from "./page";

/** What the server answers to `initls/report`. */
interface Report {
  readonly title: string;
  readonly unit: string;
  readonly html: string;
}

/** Which model: by its name, as a lens knows it, or by a place in it. */
type Model = { readonly unit: string } | { readonly position: { readonly line: number; readonly character: number } };

/** So long nobody must type before the panel asks again. */
const PAUSE_MS = 250;

/** What the page says of a click. */
interface Click {
  readonly line: number;
  readonly uri?: string;
}

export class Reports implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: { readonly uri: vscode.Uri; model: Model; html: string } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly server: Server) {
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "python") this.later();
      }),
      server.onDidStart(() => {
        this.later();
      }),
    ];
  }

  /** Shows the model that a lens names, or the one under the cursor. */
  async show(uri?: unknown, unit?: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const place = typeof uri === "string" ? vscode.Uri.parse(uri) : editor?.document.uri;
    if (place === undefined) {
      void vscode.window.showInformationMessage(
        "initls reports on the model under the cursor: open a Python file first.",
      );
      return;
    }
    const cursor = editor?.selection.active;
    const model: Model =
      typeof unit === "string"
        ? { unit }
        : { position: { line: cursor?.line ?? 0, character: cursor?.character ?? 0 } };
    const report = await this.ask(place, model);
    if (report === undefined) return;
    if (report === null) {
      void vscode.window.showInformationMessage("There is no model under the cursor: put it into a class with layers.");
      return;
    }
    this.shown = { uri: place, model: { unit: report.unit }, html: report.html };
    this.draw(report.title, false);
    this.panel?.reveal(undefined, true);
  }

  /** Nothing if the server cannot be asked, null if there is no such model. */
  private async ask(uri: vscode.Uri, model: Model): Promise<Report | null | undefined> {
    const client = this.server.running();
    if (client === undefined) {
      void vscode.window.showInformationMessage("initls is not running; its status item says why.");
      return undefined;
    }
    const textDocument = { uri: client.code2ProtocolConverter.asUri(uri) };
    try {
      return await client.sendRequest<Report | null>("initls/report", { textDocument, ...model, format: "html" });
    } catch (error) {
      client.error("no report", error, false);
      void vscode.window.showWarningMessage("This initls could not write a report. The log says why.");
      return undefined;
    }
  }

  private later(): void {
    if (this.panel === undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.follow(), PAUSE_MS);
  }

  private async follow(): Promise<void> {
    const { shown } = this;
    if (shown === undefined || this.panel === undefined || this.server.running() === undefined) return;
    const report = await this.ask(shown.uri, shown.model);
    if (report === undefined || shown !== this.shown) return;
    if (report === null) {
      this.draw(this.panel.title, true);
    } else if (report.html !== shown.html) {
      shown.html = report.html;
      this.draw(report.title, false);
    }
  }

  private draw(title: string, stale: boolean): void {
    this.panel ??= this.open();
    this.panel.title = title;
    const nonce = randomBytes(16).toString("hex");
    this.panel.webview.html = page(this.shown?.html ?? "", { nonce, stale });
  }

  private open(): vscode.WebviewPanel {
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel("initls.report", "initls", place, {
      enableScripts: true,
      localResourceRoots: [],
    });
    panel.webview.onDidReceiveMessage((click: Click) => void this.reveal(click));
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shown = undefined;
    });
    return panel;
  }

  private async reveal({ line, uri }: Click): Promise<void> {
    const place = uri === undefined ? this.shown?.uri : vscode.Uri.parse(uri);
    if (place === undefined || !Number.isInteger(line)) return;
    const range = new vscode.Range(line - 1, 0, line - 1, 0);
    const open = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === place.toString());
    await vscode.window.showTextDocument(place, {
      viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
      selection: range,
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** The item in the language status menu of a Python editor. */
import * as vscode from "vscode";
import { SELECTOR } from "./settings";
import { face, type State } from "./state";

export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("initls.status", SELECTOR);

  constructor() {
    this.item.name = "initls";
    this.item.command = { command: "initls.showLog", title: "Show log" };
    this.show({ kind: "looking" });
  }

  show(state: State): void {
    const { text, detail, busy, wrong } = face(state);
    this.item.text = text;
    this.item.detail = detail;
    this.item.busy = busy;
    this.item.severity = wrong ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
  }

  dispose(): void {
    this.item.dispose();
  }
}

/** The item in the language status menu of a Python editor. */
import * as vscode from "vscode";
import { SELECTOR } from "./settings";
import { face, type Face, type State } from "./state";

const SEVERITIES: Readonly<Record<Face["weight"], vscode.LanguageStatusSeverity>> = {
  error: vscode.LanguageStatusSeverity.Error,
  warning: vscode.LanguageStatusSeverity.Warning,
  information: vscode.LanguageStatusSeverity.Information,
};

export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("initls.status", SELECTOR);

  constructor() {
    this.item.name = "initls";
    this.item.command = { command: "initls.showLog", title: "Show log" };
    this.show({ kind: "looking" });
  }

  show(state: State): void {
    const { text, detail, busy, weight } = face(state);
    this.item.text = text;
    this.item.detail = detail;
    this.item.busy = busy;
    this.item.severity = SEVERITIES[weight];
  }

  dispose(): void {
    this.item.dispose();
  }
}

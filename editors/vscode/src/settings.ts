/** The user's settings, read once for each start of the server. */
import { homedir } from "node:os";
import * as vscode from "vscode";
import { expand } from "./variables";

/** The documents that initls looks at: files on disk and files not saved yet, but not the past versions of a diff. */
export const SELECTOR: { language: string; scheme: string }[] = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
  { language: "python", scheme: "vscode-notebook-cell" },
];

/** The commands of ours that the server may put under its lenses. */
export const CLIENT_COMMANDS = ["initls.showReport"];

/** The settings that the server itself obeys, under the names that it knows them by. */
export const SERVER_SETTINGS = [
  "select",
  "ignore",
  "extendSelect",
  "severity",
  "distribution",
  "framework",
  "hover",
  "codeActions",
  "codeLens",
  "inlayHints",
  "completion",
  "diagnosticMode",
  "showSyntaxErrors",
  "configuration",
  "configurationPreference",
  "untitled",
  "logLevel",
] as const;

/** Those of them that decide what the server offers, which it says only once. */
const OFFERED = ["hover", "codeActions", "codeLens", "inlayHints", "completion", "diagnosticMode"];

export interface Settings {
  readonly enable: boolean;
  readonly path: string;
  readonly interpreter: string;
  /** What the server itself is told when it starts. */
  readonly server: Readonly<Record<string, unknown>>;
}

export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration("initls");
  const variables = {
    home: homedir(),
    workspaceFolder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
    env: process.env,
  };
  return {
    enable: section.get("enable", true),
    path: expand(section.get("path", ""), variables),
    interpreter: expand(section.get("interpreter", ""), variables),
    server: Object.fromEntries(SERVER_SETTINGS.map((name) => [name, section.get(name)])),
  };
}

/**
 * Whether a change of settings asks for a new server. The codes to report do not, because the server is told of them
 * while it runs, nor does the trace level, which is the client's own affair.
 */
export function asksForRestart(change: vscode.ConfigurationChangeEvent): boolean {
  const names = ["enable", "path", "interpreter", ...OFFERED];
  return names.some((name) => change.affectsConfiguration(`initls.${name}`));
}

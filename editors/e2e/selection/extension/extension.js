// Stands for the Python Environments extension: the interpreter that is selected is the one whose path a file holds. As
// the real one does, it starts with the first Python file, and then has something in the status bar.
const fs = require("node:fs");
const vscode = require("vscode");

const file = process.env.E2E_SELECTION;

exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  fs.watchFile(file, { interval: 200 }, () => changed.fire());
  const item = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Right);
  item.text = "Selected Python";
  item.show();
  context.subscriptions.push(item);
  return {
    getEnvironment: async () => {
      const executable = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : "";
      return executable === "" ? undefined : { execInfo: { run: { executable } } };
    },
    onDidChangeEnvironment: changed.event,
  };
};

exports.deactivate = () => fs.unwatchFile(file);

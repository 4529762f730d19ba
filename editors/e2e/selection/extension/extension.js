// Stands for the Python Environments extension: the interpreter that is selected is the one whose path a file holds.
const fs = require("node:fs");
const vscode = require("vscode");

const file = process.env.E2E_SELECTION;

exports.activate = () => {
  const changed = new vscode.EventEmitter();
  fs.watchFile(file, { interval: 200 }, () => changed.fire());
  return {
    getEnvironment: async () => {
      const executable = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : "";
      return executable === "" ? undefined : { execInfo: { run: { executable } } };
    },
    onDidChangeEnvironment: changed.event,
  };
};

exports.deactivate = () => fs.unwatchFile(file);

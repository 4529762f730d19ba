// Builds the wheel of initls that ships with the extension into server/. With --wheelhouse, everything that it needs goes
// into server/wheelhouse as well, so that the extension can install it without a network; what is compiled is for one
// platform then (--platform, in pip's words; this machine's by default) and for the Pythons 3.10 to 3.14.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    wheelhouse: { type: "boolean", default: false },
    platform: { type: "string", multiple: true, default: [] },
  },
});
const root = path.resolve(import.meta.dirname, "../..");
const server = path.join(import.meta.dirname, "server");
const python = process.env.PYTHON ?? (process.platform === "win32" ? "python" : "python3");

/** @param {string[]} args */
function pip(...args) {
  const done = spawnSync(python, ["-m", "pip", "--disable-pip-version-check", "--quiet", ...args], {
    stdio: "inherit",
  });
  if (done.status !== 0) throw new Error(`pip ${args[0]} failed`);
}

rmSync(server, { recursive: true, force: true });
mkdirSync(server);
pip("wheel", "--no-deps", "--wheel-dir", server, root);
const wheel = readdirSync(server).find((file) => file.endsWith(".whl"));
if (wheel === undefined) throw new Error("pip built no wheel");

if (values.wheelhouse) {
  const wheelhouse = path.join(server, "wheelhouse");
  const platforms = values.platform.flatMap((platform) => ["--platform", platform]);
  for (const version of ["3.10", "3.11", "3.12", "3.13", "3.14"]) {
    pip(
      ...["download", "--only-binary", ":all:", "--python-version", version, "--implementation", "cp", ...platforms],
      ...["--dest", wheelhouse, path.join(server, wheel)],
    );
  }
  // The wheel of initls itself is there already.
  rmSync(path.join(wheelhouse, wheel), { force: true });
}
console.log(`server/: ${readdirSync(server, { recursive: true }).join(", ")}`);

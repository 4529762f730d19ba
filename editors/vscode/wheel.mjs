// Builds the wheel of initls that ships with the extension into server/. With a platform in VS Code's words (linux-x64),
// everything that initls needs there goes into server/wheelhouse as well, so that the extension can install it without a
// network, and the extension is packaged for that platform.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";

/** What pip calls each platform; of what is compiled, the builds for any of these run there. */
const PLATFORMS = {
  "linux-x64": ["manylinux_2_28_x86_64", "manylinux2014_x86_64"],
  "linux-arm64": ["manylinux_2_28_aarch64", "manylinux2014_aarch64"],
  "alpine-x64": ["musllinux_1_2_x86_64"],
  "alpine-arm64": ["musllinux_1_2_aarch64"],
  "darwin-arm64": ["macosx_11_0_arm64"],
  "darwin-x64": ["macosx_10_13_x86_64", "macosx_10_12_x86_64", "macosx_10_9_x86_64"],
  "win32-x64": ["win_amd64"],
};
const VERSIONS = ["3.10", "3.11", "3.12", "3.13", "3.14"];

const [target] = process.argv.slice(2);
const platforms = PLATFORMS[target];
if (target !== undefined && platforms === undefined) {
  console.error(`there is no platform ${target}; there are ${Object.keys(PLATFORMS).join(", ")}`);
  process.exit(2);
}

const root = path.resolve(import.meta.dirname, "../..");
const server = path.join(import.meta.dirname, "server");
const python = process.env.PYTHON ?? (process.platform === "win32" ? "python" : "python3");

/** @param {string[]} args */
function run(program, ...args) {
  return (
    spawnSync(program, args, { stdio: "inherit", shell: program === "npx" && process.platform === "win32" }).status ===
    0
  );
}

/** @param {string[]} args */
function pip(...args) {
  return run(python, "-m", "pip", "--disable-pip-version-check", "--quiet", ...args);
}

rmSync(server, { recursive: true, force: true });
mkdirSync(server);
if (!pip("wheel", "--no-deps", "--wheel-dir", server, root)) process.exit(1);
const wheel = readdirSync(server).find((file) => file.endsWith(".whl"));
if (wheel === undefined) throw new Error("pip built no wheel");

if (platforms !== undefined) {
  const wheelhouse = path.join(server, "wheelhouse");
  const wanted = platforms.flatMap((platform) => ["--platform", platform]);
  const had = VERSIONS.filter((version) =>
    pip(
      ...["download", "--only-binary", ":all:", "--python-version", version, "--implementation", "cp", ...wanted],
      ...["--dest", wheelhouse, path.join(server, wheel)],
    ),
  );
  // A version of Python may have no builds for an old platform; with none at all there is nothing to be packaged.
  console.log(`${target}: for Python ${had.join(", ") || "none"}`);
  if (had.length === 0) process.exit(1);
  // The wheel of initls itself is there already.
  if (existsSync(path.join(wheelhouse, wheel))) rmSync(path.join(wheelhouse, wheel));
}
console.log(`server/: ${readdirSync(server, { recursive: true }).join(", ")}`);

if (target !== undefined && !run("npx", "vsce", "package", "--no-dependencies", "--target", target)) process.exit(1);

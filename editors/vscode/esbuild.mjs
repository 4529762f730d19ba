// Bundles the extension into dist/extension.js, or with --tests each test file into out/.
import { rmSync } from "node:fs";
import { context, build } from "esbuild";

const asked = new Set(process.argv.slice(2));

/** @type {import("esbuild").BuildOptions} */
const common = { bundle: true, platform: "node", target: "node20", logLevel: "info" };

/** @type {import("esbuild").BuildOptions} */
const extension = {
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  format: "cjs",
  external: ["vscode"], // the editor hands this module to the extension at run time
  minify: asked.has("--production"),
  sourcemap: !asked.has("--production"),
};

if (asked.has("--tests")) {
  rmSync("out", { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: ["test/*.test.ts"],
    outdir: "out",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    sourcemap: "inline",
  });
} else if (asked.has("--watch")) {
  await (await context(extension)).watch();
} else {
  await build(extension);
}

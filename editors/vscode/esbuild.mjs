// Bundles the extension into dist/extension.js, or with --tests each test file into out/.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
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

/**
 * The packages that went into the bundle ask that their licences go with it.
 * @param {import("esbuild").Metafile} metafile
 */
function writeLicences(metafile) {
  const folders = Object.keys(metafile.inputs).map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  const texts = [...new Set(folders)].filter(Boolean).map((folder) => {
    const { name, version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    if (licence === undefined) throw new Error(`${name} has no licence file`);
    return `${name} ${version}\n\n${readFileSync(path.join(folder, licence), "utf8").trim()}\n`;
  });
  writeFileSync("dist/third-party-licences.txt", texts.toSorted().join(`\n${"-".repeat(80)}\n\n`));
}

if (asked.has("--tests")) {
  rmSync("out", { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: ["test/*.test.ts"],
    outdir: "out",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    sourcemap: "inline",
    alias: { vscode: "./test/vscode.ts" },
    banner: {
      // The client library is CommonJS and asks for modules of Node's at run time.
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
} else if (asked.has("--watch")) {
  await (await context(extension)).watch();
} else {
  const { metafile } = await build({ ...extension, metafile: true });
  writeLicences(metafile);
}

// node bundle.mjs OUTPUT: one script of everything that draws, the same bytes for the same locked packages.
import { build } from "esbuild";

await build({
  entryPoints: ["figures.mjs"],
  outfile: process.argv[2],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "ascii",
  legalComments: "none",
  logLevel: "warning",
});

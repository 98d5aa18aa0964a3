// Builds everything a browser fetches, from the lock file and the sources beside this file.
//
// usage: node build.mjs OUT   (OUT is made anew; tools/assets.py moves it into place)
// Each file gets its content's hash in its name and precompressed .br and .gz neighbours; staticfiles.json maps
// plain names to hashed ones in the format that Django's ManifestStaticFilesStorage reads.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import esbuild from "esbuild";
import postcss from "postcss";
import * as sass from "sass";
import subsetFont from "subset-font";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2]);
const packageFolder = (name) => path.join(nodeModules(), name);
const paths = {};

const COMPRESSED = new Set([".css", ".js", ".svg", ".json", ".txt"]);
// Android WebViews of 2020 and iPhones of 2021; where scripts do not run, the pages work without them.
const BROWSERS = ["chrome80", "firefox78", "safari14.1"];
// Indonesian and English need no more; a letter outside falls back to the system's font.
const LETTERS =
  [...Array(95).keys()].map((i) => String.fromCharCode(32 + i)).join("") + "éèêâÉÀàôùçëïöü’‘“”–—…·•×→←±°©®«»≥≤\u00a0";

// Of the kit: sizes of labels and legends, narrow and wide fields, what its own scripts need. tests/web/test_assets.py looks
// that no page has one of them.
const SPARE = new RegExp(
  "\\.govuk-(" +
    [
      "back-link--inverse", "(checkboxes|radios)__(conditional|divider)", "fieldset__heading", "fieldset__legend--", "frontend-supported",
      "input--(error|extra|width-(?!2\\b|4\\b|10\\b))", "input__", "label--", "label-wrapper", "radios--", "select--error",
      "skip-link-focused", "textarea--error", "visually-hidden-focusable",
    ].join("|") +
    ")",
);
// Pairs that stand close, and figures of one width; not the alternative shapes of letters.
const FEATURES = ["kern", "tnum"];

function nodeModules() {
  const found = createRequire(import.meta.url).resolve("govuk-frontend/package.json");
  return path.resolve(found, "../..");
}

/** Write `name` (plain, with its folder) under its hashed name; return the hashed name without folder. */
async function publish(name, content) {
  const bytes = Buffer.from(content);
  const { dir, name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const hashed = path.posix.join(dir, `${stem}.${hash}${ext}`);
  paths[name] = hashed;
  await write(hashed, bytes);
  return path.posix.basename(hashed);
}

async function write(name, bytes) {
  const target = path.join(out, name);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, bytes);
  if (!COMPRESSED.has(path.extname(name))) return;
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  await writeFile(`${target}.br`, brotliCompressSync(bytes, { params: quality }));
  await writeFile(`${target}.gz`, gzipSync(bytes, { level: 9 }));
}

async function buildFont() {
  const folder = packageFolder("@fontsource-variable/plus-jakarta-sans/files");
  const whole = await readFile(path.join(folder, "plus-jakarta-sans-latin-wght-normal.woff2"));
  const part = await subsetFont(whole, LETTERS, { targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 700 } }, keepFeatures: FEATURES });
  return publish("web/jakarta.woff2", part);
}

/** A sheet without those variants of the kit's parts that none of our pages has, and without what it does for paper. */
function withoutSpares(css) {
  const root = postcss.parse(css);
  root.walkRules((rule) => {
    const kept = rule.selectors.map((one) => one.replace(/:not\(\.govuk-[\w-]+--\w+\)/g, "")).filter((one) => !SPARE.test(one));
    if (kept.length) rule.selectors = kept;
    else rule.remove();
  });
  // Ours decide what paper looks like; and no browser that we build for needs what the kit does for older ones.
  const isKits = (rule) => rule.nodes.every((one) => one.selector?.startsWith(".govuk-"));
  root.walkAtRules("media", (rule) => rule.params === "print" && isKits(rule) && rule.remove());
  root.walkAtRules("supports", (rule) => rule.params.startsWith("not (") && isKits(rule) && rule.remove());
  root.walkAtRules((rule) => rule.nodes?.length === 0 && rule.remove());
  return root.toString();
}

/** What every page has, what officers' pages add, and what one page alone needs. */
async function buildStyles(font) {
  for (const name of ["app", "workspace", "map", "poster"]) {
    const built = sass.compile(path.join(here, "css", `${name}.scss`), {
      style: "compressed",
      loadPaths: [nodeModules()],
      quietDeps: true,
    });
    const css = await esbuild.transform(withoutSpares(built.css), { loader: "css", minify: true, target: BROWSERS });
    await publish(`web/${name}.css`, css.code.replaceAll("jakarta.woff2", font));
  }
}

async function buildScripts() {
  const built = await esbuild.build({
    entryPoints: ["citizen.js", "report.js", "workspace.js", "sw.js", "phone.js", "jobs.js", "jobs-worker.js"].map((name) =>
      path.join(here, "js", name),
    ),
    bundle: true,
    format: "esm",
    minify: true,
    target: BROWSERS,
    write: false,
    outdir: out,
    legalComments: "none",
  });
  for (const file of built.outputFiles) await publish(`web/${path.basename(file.path)}`, file.contents);
  await publish("web/htmx.js", await readFile(path.join(packageFolder("htmx.org"), "dist/htmx.min.js")));
}

/** The icons named in icons.txt, each as the inside of its svg element, for the `icon` template tag. */
async function buildIcons() {
  const names = (await readFile(path.join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const icons = {};
  for (const name of names) {
    const svg = await readFile(path.join(packageFolder("lucide-static"), "icons", `${name}.svg`), "utf8");
    icons[name] = svg.replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").replace(/\s+/g, " ").replaceAll("> <", "><").trim();
  }
  await write("web/icons.json", Buffer.from(JSON.stringify(icons)));
}

async function buildImages() {
  for (const name of await readdir(path.join(here, "img"))) {
    await publish(`web/${name}`, await readFile(path.join(here, "img", name)));
  }
}

/** Whose work travels with us, as their licences ask. govuk-frontend's package leaves its licence text out. */
async function buildLicences() {
  const carried = {
    "govuk-frontend": path.join(here, "licences/govuk-frontend.txt"),
    "htmx.org": path.join(packageFolder("htmx.org"), "LICENSE"),
    "lucide-static": path.join(packageFolder("lucide-static"), "LICENSE"),
    "Plus Jakarta Sans": path.join(packageFolder("@fontsource-variable/plus-jakarta-sans"), "LICENSE"),
  };
  const texts = [];
  for (const [name, file] of Object.entries(carried)) {
    const text = await readFile(file, "utf8");
    texts.push(`${name}\n${"=".repeat(name.length)}\n\n${text.trim()}\n`);
  }
  await publish("web/licences.txt", texts.join("\n\n"));
}

await mkdir(out, { recursive: true });
await buildStyles(await buildFont());
await Promise.all([buildScripts(), buildIcons(), buildImages(), buildLicences()]);
const manifest = { paths: Object.fromEntries(Object.entries(paths).sort()), version: "1.1", hash: "" };
await writeFile(path.join(out, "staticfiles.json"), JSON.stringify(manifest, null, 1));

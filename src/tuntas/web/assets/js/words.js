// The sentences scripts say, translated by the page: data attributes of #words in web/base.html.

/** The sentence called `name`, with {placeholders} filled in. */
export function words(name, values = {}) {
  const said = document.getElementById("words")?.dataset[name] ?? "";
  return said.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** A size for people: 390 kB, 3,3 MB. */
export function size(bytes) {
  const language = document.documentElement.lang;
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3)).toLocaleString(language)} kB`;
  return `${(bytes / 1e6).toLocaleString(language, { maximumFractionDigits: 1 })} MB`;
}

// Reads ["default-src …", …] as JSON; writes for each what csp_evaluator has against it: [[severity, directive, words], …].
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const load = createRequire(import.meta.url);
const { CspEvaluator } = load("csp_evaluator/dist/evaluator.js");
const { CspParser } = load("csp_evaluator/dist/parser.js");

const policies = JSON.parse(readFileSync(0, "utf8"));
const answers = policies.map((policy) =>
  new CspEvaluator(new CspParser(policy).csp).evaluate().map((each) => [each.severity, each.directive, each.description]),
);
process.stdout.write(JSON.stringify(answers));

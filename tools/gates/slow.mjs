// Reads [[source, flags], …] as JSON; writes for each {status, why, pumps, suffix}: what could make the pattern slow.
import { readFileSync } from "node:fs";
import recheck from "recheck";

const patterns = JSON.parse(readFileSync(0, "utf8"));
const answers = patterns.map(([source, flags]) => {
  const found = recheck.checkSync(source, flags, { timeout: 1000, attackTimeout: 300 });
  return {
    status: found.status,
    why: found.complexity?.summary ?? found.error?.kind ?? "",
    pumps: found.attack?.pumps ?? [],
    suffix: found.attack?.suffix ?? "",
  };
});
process.stdout.write(JSON.stringify(answers));

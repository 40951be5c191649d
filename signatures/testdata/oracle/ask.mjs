// Asks another engine for filter lists about requests.
//
//   node ask.mjs LIST... < requests > answers
//
// A request is a line of JSON, [url, kind, page]; its answer is a line of JSON
// in the same order, [blocked, rule, exception], with the texts of the rules.
// Lists are loaded together, as in a browser.
import { readFileSync } from 'node:fs';
import { FiltersEngine, Request } from '@ghostery/adblocker';

const lists = process.argv.slice(2).map((name) => readFileSync(name, 'utf8'));
const engine = FiltersEngine.parse(lists.join('\n'), {
  debug: true, // keeps the texts of rules
  enableOptimizations: false, // would join rules
  loadCosmeticFilters: false,
});

const lines = readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');
const answers = lines.map((line) => {
  const [url, type, page] = JSON.parse(line);
  const { match, filter, exception } = engine.match(Request.fromRawDetails({ url, type, sourceUrl: page }));
  return JSON.stringify([match, filter?.rawLine ?? '', exception?.rawLine ?? '']);
});
process.stdout.write(answers.join('\n') + '\n');

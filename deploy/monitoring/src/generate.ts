import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStrategies, topology } from '@ballast/topology';
import { outputs } from './outputs.js';

/** Writes `deploy/monitoring/out` anew: what Prometheus, Alertmanager and Grafana read. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const out = join(root, 'deploy', 'monitoring', 'out');
for (const [path, text] of outputs(topology(readStrategies(root)).map(({ name }) => name))) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}

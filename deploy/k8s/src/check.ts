import { fileURLToPath } from 'node:url';
import { askServer, serverIn } from './check/api-server.js';
import { expectedIn, overlayFaults } from './check/checks.js';
import { OVERLAYS, renderOverlay } from './check/render.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const release = process.env['RELEASE'] === '1';
const server = serverIn(process.env);
const expected = expectedIn(ROOT);
let faulty = false;

for (const name of OVERLAYS) {
  const overlay = await renderOverlay(ROOT, name);
  const faults = [...(await overlayFaults(overlay, expected, release && name !== 'dev')), ...(server === undefined ? [] : await askServer(server, overlay.text))];
  faulty ||= faults.length > 0;
  process.stdout.write(`${name.padEnd(8)} ${overlay.manifests.length} objects, ${faults.length === 0 ? 'nothing wrong' : `${faults.length} faults`}\n`);
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
}
process.stdout.write(server === undefined ? 'no API server was asked: name one by KUBECONFIG or K8S_SERVER (schemas, rules and references were checked without)\n' : `the API server was asked about every object (${server.said})\n`);
if (!release) process.stdout.write('placeholders of digests were allowed: RELEASE=1 demands real ones\n');
process.exitCode = faulty ? 1 : 0;

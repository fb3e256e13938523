import { fileURLToPath } from 'node:url';
import { askServer, overlaysIn, serverIn } from './check/api-server.js';
import { expectedIn, overlayFaults } from './check/checks.js';
import { renderOverlay } from './check/render.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const EXIT_USAGE = 2;

/** Tells the faults of every overlay that was asked for; true where there is none. */
async function checked(env: NodeJS.ProcessEnv): Promise<boolean> {
  const release = env['RELEASE'] === '1';
  const overlays = overlaysIn(env);
  const server = serverIn(env);
  const expected = expectedIn(ROOT);
  let count = 0;
  for (const name of overlays) {
    const overlay = await renderOverlay(ROOT, name);
    const faults = [...(await overlayFaults(overlay, expected, release && name !== 'dev')), ...(server === undefined ? [] : await askServer(server, overlay.text))];
    count += faults.length;
    process.stdout.write(`${name.padEnd(8)} ${overlay.manifests.length} objects, ${faults.length === 0 ? 'nothing wrong' : `${faults.length} faults`}\n`);
    for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  }
  process.stdout.write(server === undefined ? 'no API server was asked: name one by KUBECONFIG or K8S_SERVER (schemas, rules and references were checked without)\n' : `the API server was asked about every object (${server.said})\n`);
  if (!release) process.stdout.write('placeholders of digests were allowed: RELEASE=1 demands real ones\n');
  return count === 0;
}

try {
  process.exitCode = (await checked(process.env)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_USAGE;
}

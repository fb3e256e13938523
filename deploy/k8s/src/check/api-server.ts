import { spawn } from 'node:child_process';
import { type OverlayName, OVERLAYS } from './render.js';

/** A cluster that is asked whether it would take the objects. */
export interface ApiServer {
  /** Arguments by which kubectl finds it. */
  readonly args: readonly string[];
  /** How it was named, for people. */
  readonly said: string;
}

/** The API server that the environment names: K8S_SERVER (a URL), else KUBECONFIG (a file); undefined where neither is there. */
export function serverIn(env: NodeJS.ProcessEnv): ApiServer | undefined {
  const url = env['K8S_SERVER'] ?? '';
  const config = env['KUBECONFIG'] ?? '';
  if (url !== '') return { args: ['--server', url, ...(env['K8S_INSECURE'] === '1' ? ['--insecure-skip-tls-verify'] : [])], said: `K8S_SERVER=${url}` };
  return config === '' ? undefined : { args: ['--kubeconfig', config], said: `KUBECONFIG=${config}` };
}

/**
 * The overlays to be checked: OVERLAY, or all. An API server has the namespace of one environment, so it is asked about one alone.
 * @throws TypeError naming what was found in OVERLAY and what is allowed
 */
export function overlaysIn(env: NodeJS.ProcessEnv): readonly OverlayName[] {
  const asked = env['OVERLAY'] ?? '';
  const found = OVERLAYS.filter((name) => name === asked);
  if (asked !== '' && found.length === 0) throw new TypeError(`OVERLAY: found "${asked}", allowed are ${OVERLAYS.join(', ')}`);
  if (asked === '' && serverIn(env) !== undefined) throw new TypeError(`OVERLAY: found nothing, allowed are ${OVERLAYS.join(', ')}: an API server is asked about the overlay that it runs`);
  return asked === '' ? OVERLAYS : found;
}

/** On the server's side, as a deployment does it. On the client's, the whole object goes into an annotation too, of 256 KiB at most: the servers' configuration has more from eight strategies on. */
function apply(args: readonly string[], text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-', ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString('utf8')));
    child.once('error', (error) => reject(new Error(`kubectl: found none that runs (${error.message}); a real API server is asked through it`)));
    child.once('close', (code) => resolve(code === 0 ? '' : said));
    child.stdin.end(text);
  });
}

/**
 * What the API server says against the objects, a line each; nothing is changed there. The namespace must exist already: the
 * server checks each object alone. @throws Error where there is no kubectl
 */
export async function askServer(server: ApiServer, text: string): Promise<readonly string[]> {
  const said = await apply(server.args, text);
  return said.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Warning:')).map((line) => `API server: ${line}`);
}

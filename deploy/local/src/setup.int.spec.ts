import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { WORKSPACE_ROOT } from '@ballast/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const GOOD_NATS = '#!/bin/sh\necho "nats-server: v2.10.27"\n';
const OLD_NATS = '#!/bin/sh\necho "nats-server: v2.9.10"\n';
const COUNTING_COMPILER = '#!/bin/sh\necho compiled >>"$(dirname "$0")/../../compiled"\n';

/** The real script in a working copy as small as one can be, with stand-ins for the programs it calls. */
describe('setup.sh', () => {
  let root: string;
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    if (text.startsWith('#!')) chmodSync(join(root, path), 0o755);
  };
  const setup = (env: Record<string, string> = {}): { readonly status: number | null; readonly said: string } => {
    const run = spawnSync('sh', [join(root, 'deploy/local/setup.sh')], { encoding: 'utf8', env: { ...process.env, NATS_SERVER_BIN: '', REDIS_SERVER_BIN: '', PROMETHEUS_BIN: '', PROMTOOL_BIN: '', KUSTOMIZE_BIN: '', PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`, ...env } });
    return { status: run.status, said: run.stdout + run.stderr };
  };
  const compiled = (): number => (existsSync(join(root, 'compiled')) ? readFileSync(join(root, 'compiled'), 'utf8').trim().split('\n').length : 0);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ballast-setup-'));
    put('package-lock.json', '{}');
    put('node_modules/.ballast-lock', `${createHash('sha256').update('{}').digest('hex')}\n`);
    put('node_modules/.bin/tsc', COUNTING_COMPILER);
    put('bin/nats-server', GOOD_NATS);
    for (const program of ['redis-server', 'kustomize']) put(`bin/${program}`, '#!/bin/sh\nexit 0\n');
    for (const program of ['prometheus', 'promtool']) put(`bin/${program}`, `#!/bin/sh\necho "${program}, version 2.53.3+ds1 (branch: x)"\n`);
    for (const file of ['tsconfig.json', 'tsconfig.base.json', 'libs/domain/tsconfig.json', 'services/risk/tsconfig.json', 'tests/tsconfig.json', 'bench/tsconfig.json', 'deploy/local/tsconfig.json']) put(file, '{}');
    for (const folder of ['libs/domain', 'services/risk', 'tests', 'bench', 'deploy/local']) put(`${folder}/dist/.tsbuildinfo`, '{}');
    put('libs/domain/src/price.ts', 'export {};');
    copyFileSync(join(WORKSPACE_ROOT, 'deploy/local/setup.sh'), join(root, 'deploy/local/setup.sh'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('compiles once, and says and does nothing when nothing changed', () => {
    expect(setup()).toMatchObject({ status: 0, said: 'setup: compiling …\n' });
    expect(setup()).toEqual({ status: 0, said: '' });
    expect(compiled()).toBe(1);
  });

  it('compiles again after a source changed or a compiled package was removed', () => {
    setup();
    const later = Date.now() / 1_000 + 5;
    utimesSync(join(root, 'libs/domain/src/price.ts'), later, later);
    setup();
    expect(compiled()).toBe(2);
    rmSync(join(root, 'services/risk/dist'), { recursive: true });
    setup();
    expect(compiled()).toBe(3);
  });

  it('lists the strategies that it finds as folders, so that the compiler builds a new one', () => {
    put('services/strategies/carry/tsconfig.json', '{}');
    put('services/strategies/carry/dist/.tsbuildinfo', '{}');
    setup();
    expect(JSON.parse(readFileSync(join(root, 'services/strategies/tsconfig.json'), 'utf8'))).toEqual({ files: [], references: [{ path: './carry' }] });
    expect(setup()).toEqual({ status: 0, said: '' });
    put('services/strategies/alpha/tsconfig.json', '{}');
    expect(setup().status).toBe(0);
    expect(JSON.parse(readFileSync(join(root, 'services/strategies/tsconfig.json'), 'utf8'))).toEqual({ files: [], references: [{ path: './alpha' }, { path: './carry' }] });
    expect(compiled()).toBe(2);
  });

  it('refuses a Node that is too old and names the one it needs', () => {
    put('bin/node', '#!/bin/sh\necho v18.20.1\n');
    const { status, said } = setup();
    expect(status).toBe(1);
    expect(said).toContain('Node.js 18.20.1 is too old; 20.19.0 or newer is needed.');
  });

  it('refuses a NATS_SERVER_BIN that is too old or no server at all', () => {
    put('other/nats-server', OLD_NATS);
    expect(setup({ NATS_SERVER_BIN: join(root, 'other/nats-server') }).said).toContain('NATS_SERVER_BIN is nats-server 2.9.10; 2.10.0 or newer is needed.');
    expect(setup({ NATS_SERVER_BIN: '/bin/true' })).toMatchObject({ status: 1, said: expect.stringContaining('is not a nats-server that runs here') as unknown });
  });

  it('refuses a PROMTOOL_BIN that is too old or of another program, before anything is compiled', () => {
    put('other/promtool', '#!/bin/sh\necho "promtool, version 2.30.1"\n');
    expect(setup({ PROMTOOL_BIN: join(root, 'other/promtool') }).said).toContain(`is not a promtool 2.42.0 or newer that runs here (version '2.30.1')`);
    expect(setup({ PROMETHEUS_BIN: join(root, 'bin/promtool') })).toMatchObject({ status: 1, said: expect.stringContaining(`version 'none'`) as unknown });
    expect(compiled()).toBe(0);
  });

  it('says what to install and which variable to set where nothing can be fetched', () => {
    put('bin/nats-server', OLD_NATS);
    put('bin/apt-get', '#!/bin/sh\necho "no network" >&2\nexit 100\n');
    const { status, said } = setup();
    expect(status).toBe(1);
    expect(said).toMatch(/nats-server could not be fetched[\s\S]*install nats-server 2\.10\.0 or newer yourself[\s\S]*NATS_SERVER_BIN=/);
    expect(compiled()).toBe(0);
  });
});

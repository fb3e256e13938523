import { beforeAll, describe, expect, it } from 'vitest';
import { docker, IMAGE, REVISION, succeeds, VERSION } from './engine.js';

const LOCKED = ['--rm', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--network', 'none'];
/** Runs a line of Node inside the image, with nothing that it could write on. */
const inside = async (code: string): Promise<unknown> => JSON.parse(await succeeds(['run', ...LOCKED, '--entrypoint', 'node', IMAGE, '-e', `const { existsSync, readdirSync, readFileSync, writeFileSync } = require('node:fs'); console.log(JSON.stringify((() => { ${code} })()))`])) as unknown;

interface Inspected {
  readonly Config: { readonly User: string; readonly Labels: Readonly<Record<string, string>>; readonly Env: readonly string[] };
}

describe('the image', () => {
  let inspected: Inspected;
  beforeAll(async () => {
    inspected = (JSON.parse(await succeeds(['image', 'inspect', IMAGE])) as readonly Inspected[])[0] as Inspected;
  });

  it('runs as a user of its own, 1000, who may not write into it', async () => {
    expect(inspected.Config.User).toBe('1000:1000');
    expect(await inside('return [process.getuid(), process.getgid()]')).toEqual([1000, 1000]);
    const writable = await succeeds(['run', '--rm', '--entrypoint', 'node', IMAGE, '-e', `try { require('node:fs').writeFileSync('/app/planted', ''); console.log('written'); } catch (error) { console.log(error.code); }`]);
    expect(writable.trim()).toBe('EACCES');
  });

  it('has Node 24 and no npm', async () => {
    expect(await inside('return process.versions.node')).toMatch(/^24\./);
    expect(await inside(`return ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/lib/node_modules', '/usr/lib/node_modules', '/app/node_modules', '/app/node_modules/.bin'].filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder).filter((name) => /^(npm|npx|corepack|yarn|pnpm)$/.test(name)).map((name) => folder + '/' + name))`)).toEqual([]);
  });

  it('has neither sources, tests nor the compiler in it', async () => {
    expect(await inside(`return readdirSync('/app', { recursive: true }).filter((path) => !path.startsWith('node_modules/') && !path.includes('/node_modules/') && (/[.]spec[.]|[.]ts$/.test(path) || /^(tests|bench)[/]/.test(path)))`)).toEqual([]);
    expect(await inside(`return ['typescript', 'vitest', 'eslint', 'testcontainers'].filter((name) => existsSync('/app/node_modules/' + name))`)).toEqual([]);
  });

  it('works with a root file system that nobody can write on', async () => {
    expect(await succeeds(['run', ...LOCKED, IMAGE, 'ballast', '--help'])).toContain('Usage: ballast');
  });

  it('refuses a program that it does not have by name, with the names it has', async () => {
    const { code, stderr } = await docker(['run', ...LOCKED, IMAGE, 'rsik']);
    expect([code, stderr]).toEqual([64, expect.stringMatching(/^program: found "rsik", allowed are provisioner, market-data, sizing, risk, execution/)]);
    const nothing = await docker(['run', ...LOCKED, IMAGE]);
    expect([nothing.code, nothing.stderr]).toEqual([64, expect.stringContaining('program: found nothing, allowed are') as string]);
  });

  it('says which version of which revision it is, in labels and to what runs in it', () => {
    expect(inspected.Config.Labels).toMatchObject({ 'org.opencontainers.image.title': 'ballast', 'org.opencontainers.image.version': VERSION, 'org.opencontainers.image.revision': REVISION });
    expect(inspected.Config.Env).toEqual(expect.arrayContaining([`BALLAST_BUILD=${VERSION}`, `BALLAST_COMMIT=${REVISION}`]));
  });

  it('lists what it is made of: every package that is installed in it is in its bill of materials', async () => {
    const [bom, installed] = (await inside(`
      const versionOf = (folder) => { const { name, version } = JSON.parse(readFileSync(folder + '/package.json', 'utf8')); return name + '@' + version; };
      const packages = (folder) => readdirSync(folder).filter((name) => !name.startsWith('.')).flatMap((name) => (name.startsWith('@') ? packages(folder + '/' + name).map((one) => one) : [folder + '/' + name]));
      const { bomFormat, components } = JSON.parse(readFileSync('/app/sbom.cdx.json', 'utf8'));
      return [{ bomFormat, components: components.map(({ purl }) => decodeURIComponent(purl.replace('pkg:npm/', ''))) }, packages('/app/node_modules').filter((folder) => existsSync(folder + '/package.json')).map(versionOf)]`)) as readonly [{ bomFormat: string; components: readonly string[] }, readonly string[]];
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(installed.length).toBeGreaterThan(50);
    expect(installed.filter((name) => !bom.components.includes(name))).toEqual([]);
  });
});

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askServer, overlaysIn } from './api-server.js';

describe('the overlays that are checked', () => {
  it('are all, where none is named, and else the one that is', () => {
    expect(overlaysIn({})).toEqual(['dev', 'staging', 'prod']);
    expect(overlaysIn({ OVERLAY: '', KUBECONFIG: '' })).toEqual(['dev', 'staging', 'prod']);
    expect(overlaysIn({ OVERLAY: 'prod' })).toEqual(['prod']);
  });

  it('are one, where an API server is asked: it has the namespace of no other', () => {
    expect(overlaysIn({ OVERLAY: 'staging', KUBECONFIG: 'config' })).toEqual(['staging']);
    expect(() => overlaysIn({ KUBECONFIG: 'config' })).toThrow('OVERLAY: found nothing, allowed are dev, staging, prod');
  });

  it('are overlays that there are', () => {
    expect(() => overlaysIn({ OVERLAY: 'production' })).toThrow('OVERLAY: found "production", allowed are dev, staging, prod');
  });
});

describe('an API server', () => {
  let folder: string;
  const kubectl = (script: string): void => {
    writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'kubectl'), 0o755);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('is asked in the way in which the objects are applied, and changes nothing', async () => {
    kubectl('cat > /dev/null; echo "$*" >&2; exit 1');
    const [said = ''] = await askServer({ args: ['--kubeconfig', 'config'], said: 'KUBECONFIG=config' }, 'kind: Namespace');
    expect(said.split(' ')).toEqual(expect.arrayContaining(['apply', '--server-side', '--dry-run=server', '--validate=strict', '--kubeconfig']));
  });

  it('is heard where it refuses, a line each, and not where it warns or takes everything', async () => {
    kubectl('cat >&2; exit 1');
    const server = { args: [], said: '' };
    expect(await askServer(server, 'Warning: old\nerror: no such kind\n\nerror: no namespace\n')).toEqual(['API server: error: no such kind', 'API server: error: no namespace']);
    kubectl('cat >&2');
    expect(await askServer(server, 'Warning: old\n')).toEqual([]);
  });
});

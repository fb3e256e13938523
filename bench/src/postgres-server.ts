import { execFileSync } from 'node:child_process';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort, ManagedProcess } from '@ballast/testing';
import { Client } from 'pg';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where Debian keeps the programs of each major version, off PATH. */
const DEBIAN = '/usr/lib/postgresql';
const USER = 'bench';
const DATABASE = 'postgres';
/** While it starts, PostgreSQL listens already but says that it cannot be connected to yet. */
const NOT_READY = new Set(['ECONNREFUSED', '57P03']);

function exists(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}

const versionFolders = (folder: string): readonly string[] =>
  !exists(folder, constants.R_OK) ? [] : readdirSync(folder).sort((a, b) => b.localeCompare(a, 'en', { numeric: true })).map((version) => join(folder, version, 'bin'));

/**
 * The PostgreSQL of this machine: in the folder that POSTGRES_BIN names, else on PATH, else the newest below `debian`; undefined where there is none.
 * @throws Error for a POSTGRES_BIN that has no initdb and postgres.
 */
export function findPostgres(env: NodeJS.ProcessEnv = process.env, debian = DEBIAN): PostgresPrograms | undefined {
  const programsIn = (folder: string): PostgresPrograms => ({ initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') });
  const whole = ({ initdb, postgres }: PostgresPrograms): boolean => exists(initdb, constants.X_OK) && exists(postgres, constants.X_OK);
  const named = env['POSTGRES_BIN'];
  if (named !== undefined && named !== '') {
    const programs = programsIn(named);
    if (!whole(programs)) throw new Error(`POSTGRES_BIN: found "${named}", allowed is a folder with initdb and postgres`);
    return programs;
  }
  return [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...versionFolders(debian)].map(programsIn).find(whole);
}

/** `15.18`, or undefined where there is no PostgreSQL. */
export function postgresVersion(programs = findPostgres()): string | undefined {
  if (!programs) return undefined;
  const text = execFileSync(programs.postgres, ['--version'], { encoding: 'utf8' });
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? text.trim();
}

const idOf = (kind: '-u' | '-g'): number => Number.parseInt(execFileSync('id', [kind, 'nobody'], { encoding: 'utf8' }), 10);

/** PostgreSQL refuses to run as root: there its folder is nobody's, and so are its processes. */
function ordinaryUser(folder: string): (command: string, args: readonly string[]) => { readonly command: string; readonly args: readonly string[] } {
  if (process.getuid?.() !== 0) return (command, args) => ({ command, args });
  const [user, group] = [idOf('-u'), idOf('-g')];
  chownSync(folder, user, group);
  return (command, args) => ({ command: 'setpriv', args: ['--reuid', String(user), '--regid', String(group), '--clear-groups', '--pdeathsig', 'KILL', '--', command, ...args] });
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    if (NOT_READY.has((error as { readonly code?: string }).code ?? '')) return false;
    throw error;
  }
}

/** A PostgreSQL of our own, on loopback, in a temporary folder, as durable as it comes: fsync and synchronous_commit on. */
export class PostgresServer {
  private constructor(
    private readonly managed: ManagedProcess,
    readonly url: string,
    /** Holds everything it stores; removed by `stop`. */
    readonly folder: string,
  ) {}

  /** @throws Error with what PostgreSQL said where it cannot be set up or started. */
  static async start({ initdb, postgres }: PostgresPrograms): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-postgres-'));
    try {
      const asUser = ordinaryUser(folder);
      const data = join(folder, 'data');
      const set = asUser(initdb, ['--pgdata', data, '--username', USER, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C', '--no-sync']);
      execFileSync(set.command, [...set.args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
      const port = await freePort();
      const url = `postgres://${USER}@127.0.0.1:${port}/${DATABASE}`;
      const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=on', 'synchronous_commit=on', 'full_page_writes=on'].flatMap((setting) => ['-c', setting]);
      const managed = new ManagedProcess({ name: 'postgres', ...asUser(postgres, ['-D', data, '-p', String(port), ...settings]), cwd: folder, ready: () => answers(url) });
      await managed.start();
      return new PostgresServer(managed, url, folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.managed.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

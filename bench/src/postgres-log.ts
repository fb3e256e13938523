import { Pool } from 'pg';

const TABLES = `
  create table streams (stream text primary key, version integer not null);
  create table decisions (position bigserial primary key, stream text not null, version integer not null, decision_id text not null unique, body jsonb not null, unique (stream, version));
`;
const INSERT = 'insert into decisions (stream, version, decision_id, body) select $1, version, $3, $4 from moved';
const FIRST = `with moved as (insert into streams (stream, version) values ($1, $2::integer + 1) on conflict do nothing returning version) ${INSERT}`;
const NEXT = `with moved as (update streams set version = version + 1 where stream = $1 and version = $2::integer returning version) ${INSERT}`;

/** An event log on PostgreSQL with nothing between it and the driver: one prepared statement an append, which is one transaction and one round trip. */
export class PostgresLog {
  private constructor(private readonly pool: Pool) {}

  /** `connections`: appends that can be under way at once. */
  static async open(url: string, connections: number): Promise<PostgresLog> {
    const pool = new Pool({ connectionString: url, max: connections, min: connections });
    await pool.query(TABLES);
    return new PostgresLog(pool);
  }

  /** Durable once it resolves. @throws Error where the stream is not at `expected`. */
  async append(stream: string, expected: number, decisionId: string, body: string): Promise<void> {
    const statement = expected === 0 ? { name: 'first', text: FIRST } : { name: 'next', text: NEXT };
    const { rowCount } = await this.pool.query({ ...statement, values: [stream, expected, decisionId, body] });
    if (rowCount !== 1) throw new Error(`append: stream ${stream} is not at version ${expected}`);
  }

  /** Versions of a stream, in the order they were stored. */
  async versions(stream: string): Promise<readonly number[]> {
    const { rows } = await this.pool.query<{ readonly version: number }>('select version from decisions where stream = $1 order by position', [stream]);
    return rows.map(({ version }) => version);
  }

  async setting(name: 'fsync' | 'synchronous_commit'): Promise<string> {
    const { rows } = await this.pool.query<{ readonly value: string }>('select current_setting($1) as value', [name]);
    return rows[0]?.value ?? '';
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

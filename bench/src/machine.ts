import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { findBinary } from '@ballast/testing';
import { postgresVersion } from './postgres-server.js';

const GIB = 1024 ** 3;
const versionOf = (name: string): string => (JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')) as { readonly version: string }).version;

function natsServerVersion(): string {
  const text = execFileSync(findBinary('nats-server', 'NATS_SERVER_BIN'), ['--version'], { encoding: 'utf8' });
  return /v?\d+\.\d+\.\d+\S*/.exec(text)?.[0] ?? text.trim();
}

/** What the numbers were measured on, one fact a line. */
export function machineFacts(): readonly string[] {
  const all = cpus();
  return [
    `${all.length} × ${all[0]?.model.trim() ?? 'unknown processor'}, ${(totalmem() / GIB).toFixed(0)} GiB, ${type()} ${release()}`,
    `Node ${process.version.slice(1)}, nats-server ${natsServerVersion().replace(/^v/, '')}, nats client ${versionOf('nats')}, NestJS ${versionOf('@nestjs/core')} (microservices ${versionOf('@nestjs/microservices')})`,
    `PostgreSQL ${postgresVersion() ?? 'not found'}, pg driver ${versionOf('pg')}`,
  ];
}

/** Processes that wanted to run in the last minute: beyond the number of processors, milliseconds say little and ratios still something. */
export const load = (): string => (loadavg()[0] ?? 0).toFixed(1);

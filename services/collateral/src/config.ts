import { readFileSync } from 'node:fs';
import { EnvReader } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import { type BudgetSettings, budgetSettingsOf } from '@ballast/venues';
import { walletsIn } from './wallets.js';

/** What collateral reads from its environment beside what every service does. */
export interface CollateralConfig {
  readonly gatewayUrl: string;
  readonly archiveUrl: string;
  readonly streamUrl: string;
  readonly chainId: number;
  readonly endpointAddress: `0x${string}`;
  readonly privateKey: `0x${string}`;
  readonly live: boolean;
  readonly intervalMs: number;
  readonly dayBoundaryMs: number;
  /** Account of each portfolio's free collateral, by portfolio. */
  readonly wallets: ReadonlyMap<Id, Id>;
  readonly budget: BudgetSettings;
}

const HOUR_MS = 3_600_000;
const HEX_ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const HEX_KEY = /^0x[0-9a-fA-F]{64}$/;

/** The day starts when risk's does: RISK_DAY_BOUNDARY_HOURS after 00:00 UTC (C-25). @throws EnvironmentError naming every variable at fault, what was found and what is allowed. */
export function configOf(env: NodeJS.ProcessEnv): CollateralConfig {
  const reader = new EnvReader('collateral', env);
  const endpoint = reader.text('NADO_ENDPOINT_ADDRESS', 'an address of 0x and 40 hex digits');
  const keyFile = reader.text('NADO_KEY_FILE', 'a file that holds 0x and 64 hex digits');
  const key = keyFile === '' ? '' : keyIn(keyFile);
  if (endpoint !== '' && !HEX_ADDRESS.test(endpoint)) reader.fault('NADO_ENDPOINT_ADDRESS', endpoint, 'an address of 0x and 40 hex digits');
  if (keyFile !== '' && !HEX_KEY.test(key)) reader.fault('NADO_KEY_FILE', keyFile, 'a readable file that holds 0x and 64 hex digits');
  const config = {
    gatewayUrl: reader.text('NADO_GATEWAY_URL', 'the URL of the gateway'),
    archiveUrl: reader.text('NADO_ARCHIVE_URL', 'the URL of the archive'),
    streamUrl: reader.text('NADO_STREAM_URL', 'the WebSocket URL of the subscriptions'),
    chainId: reader.integer('NADO_CHAIN_ID', 1, 4_294_967_295),
    endpointAddress: endpoint as `0x${string}`,
    privateKey: key as `0x${string}`,
    live: reader.oneOf('VENUE', ['paper', 'live'], 'paper') === 'live',
    intervalMs: reader.integer('OBSERVE_INTERVAL_MS', 1_000, 3_600_000, 60_000),
    dayBoundaryMs: reader.integer('RISK_DAY_BOUNDARY_HOURS', 0, 23, 0) * HOUR_MS,
    wallets: walletsIn(reader, reader.optional('COLLATERAL_WALLETS')),
    budget: budgetSettingsOf(reader),
  };
  reader.check();
  return config;
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    return `unreadable: ${String(error)}`;
  }
}

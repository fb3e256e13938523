import { readFileSync } from 'node:fs';
import { EnvReader } from '@ballast/bus';
import { bps, DecimalError, type Bps, type Ms } from '@ballast/domain';
import type { ExecutionLimits } from '@ballast/events';
import { type BudgetSettings, budgetSettingsOf, type NadoAdapterOptions } from '@ballast/venues';
import type { OnStopOrders } from './options.js';
import { RECEIVE_MS } from './trade/order.builders.js';

type Hex = `0x${string}`;
const HEX_ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const HEX_KEY = /^0x[0-9a-fA-F]{64}$/;

export interface ExecutionConfig {
  readonly venue: Pick<NadoAdapterOptions, 'gatewayUrl' | 'archiveUrl' | 'streamUrl' | 'chainId' | 'endpointAddress' | 'privateKey' | 'live' | 'timeoutMs'>;
  readonly budget: BudgetSettings;
  readonly limits: ExecutionLimits;
  readonly staleAfterMs: Ms;
  readonly onStopOrders: OnStopOrders;
}

/** @throws EnvironmentError with every variable at fault. */
export function configOf(env: NodeJS.ProcessEnv): ExecutionConfig {
  const reader = new EnvReader('execution', env);
  const endpoint = reader.text('NADO_ENDPOINT_ADDRESS', 'an address of 0x and 40 hex digits');
  const keyFile = reader.text('NADO_KEY_FILE', 'a file that holds 0x and 64 hex digits');
  const key = keyOf(keyFile);
  if (endpoint !== '' && !HEX_ADDRESS.test(endpoint)) reader.fault('NADO_ENDPOINT_ADDRESS', endpoint, 'an address of 0x and 40 hex digits');
  if (keyFile !== '' && !HEX_KEY.test(key)) reader.fault('NADO_KEY_FILE', keyFile, 'a readable file that holds 0x and 64 hex digits');
  const config: ExecutionConfig = {
    venue: {
      gatewayUrl: reader.text('NADO_GATEWAY_URL', 'the URL of the gateway'),
      archiveUrl: reader.text('NADO_ARCHIVE_URL', 'the URL of the archive'),
      streamUrl: reader.text('NADO_STREAM_URL', 'the WebSocket URL of the subscriptions'),
      chainId: reader.integer('NADO_CHAIN_ID', 1, 4_294_967_295),
      endpointAddress: endpoint as Hex,
      privateKey: key as Hex,
      timeoutMs: reader.integer('VENUE_TIMEOUT_MS', 100, 3_600_000, 5_000),
      live: reader.oneOf('VENUE', ['paper', 'live'], 'paper') === 'live',
    },
    budget: budgetSettingsOf(reader),
    limits: {
      makerTimeoutMs: reader.integer('MAKER_TIMEOUT_MS', 1, 600_000, 20_000),
      nakedTimeoutMs: reader.integer('NAKED_TIMEOUT_MS', 1, 600_000, 15_000),
      orderTimeToLiveMs: reader.integer('ORDER_TIME_TO_LIVE_MS', 1_000, 3_600_000, 120_000),
      unwindAlarmMs: reader.integer('UNWIND_ALARM_MS', 1_000, 3_600_000, 60_000),
      hedgePatienceMs: reader.integer('HEDGE_PATIENCE_MS', 0, 60_000, 0),
      slippageBpsMax: bpsOf(reader, 'SLIPPAGE_BPS_MAX', '10'),
    },
    staleAfterMs: reader.integer('STALE_AFTER_MS', 1, 60_000, 5_000),
    onStopOrders: reader.oneOf('ON_STOP_ORDERS', ['keep', 'cancel'], 'keep'),
  };
  const { makerTimeoutMs, orderTimeToLiveMs } = config.limits;
  const least = Math.max(makerTimeoutMs, RECEIVE_MS);
  if (orderTimeToLiveMs <= least) reader.fault('ORDER_TIME_TO_LIVE_MS', String(orderTimeToLiveMs), `more than ${least}: a resting order ends by MAKER_TIMEOUT_MS, not by its own expiry, and none before it must have reached the venue`);
  reader.check();
  return config;
}

function keyOf(file: string): string {
  try {
    return file === '' ? '' : readFileSync(file, 'utf8').trim();
  } catch (error) {
    return `unreadable: ${String(error)}`;
  }
}

function bpsOf(reader: EnvReader, name: string, fallback: string): Bps {
  const found = reader.text(name, 'basis points above 0 and at most 1000', fallback);
  try {
    const value = bps(found);
    if (value.gt(0) && value.lte(1_000)) return value;
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
  }
  reader.fault(name, found, 'basis points above 0 and at most 1000');
  return bps(fallback);
}

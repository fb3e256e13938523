import { EnvReader } from '@ballast/bus';
import { type BudgetSettings, budgetSettingsOf, PRICE_PATHS, type PricePathName } from '@ballast/venues';

/** What market-data reads from its environment beside what every service does. */
export interface MarketDataConfig {
  readonly gatewayUrl: string;
  readonly archiveUrl: string;
  readonly streamUrl: string;
  readonly chainId: number;
  readonly endpointAddress: `0x${string}`;
  readonly live: boolean;
  readonly instruments: readonly string[];
  readonly staleAfterMs: number;
  /** Where a replayed venue's clock is asked and moved; absent = the wall clock rules. */
  readonly simUrl: string | undefined;
  /** Every other service, by name: a lock step waits for all of them. */
  readonly services: readonly string[];
  /** Absent = no start-up cache. */
  readonly redisUrl: string | undefined;
  readonly budget: BudgetSettings;
  /** Prices whose hours before the start of a replay are known; absent = the past is what was seen. */
  readonly past: { readonly name: PricePathName; readonly path: string } | undefined;
}

const HEX_ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const INSTRUMENT = /^[A-Za-z0-9._@-]{1,64}$/;

/** @throws EnvironmentError naming every variable at fault, what was found and what is allowed. */
export function configOf(env: NodeJS.ProcessEnv): MarketDataConfig {
  const reader = new EnvReader('market-data', env);
  const endpoint = reader.text('NADO_ENDPOINT_ADDRESS', 'an address of 0x and 40 hex digits');
  if (endpoint !== '' && !HEX_ADDRESS.test(endpoint)) reader.fault('NADO_ENDPOINT_ADDRESS', endpoint, 'an address of 0x and 40 hex digits');
  const listed = reader.text('INSTRUMENTS', 'instruments apart by commas, as in ETH-PERP,SOL-PERP');
  const instruments = listed.split(',').map((name) => name.trim());
  if (listed !== '' && !instruments.every((name) => INSTRUMENT.test(name))) reader.fault('INSTRUMENTS', listed, 'instruments apart by commas, as in ETH-PERP,SOL-PERP');
  const config = {
    gatewayUrl: reader.text('NADO_GATEWAY_URL', 'the URL of the gateway'),
    archiveUrl: reader.text('NADO_ARCHIVE_URL', 'the URL of the archive'),
    streamUrl: reader.text('NADO_STREAM_URL', 'the WebSocket URL of the subscriptions'),
    chainId: reader.integer('NADO_CHAIN_ID', 1, 4_294_967_295),
    endpointAddress: endpoint as `0x${string}`,
    live: reader.oneOf('VENUE', ['paper', 'live'], 'paper') === 'live',
    instruments: [...new Set(instruments)],
    staleAfterMs: reader.integer('STALE_AFTER_MS', 100, 600_000, 5_000),
    simUrl: reader.optional('SIM_CLOCK_URL'),
    services: (reader.optional('LOCKSTEP_SERVICES') ?? '').split(',').filter((name) => name !== ''),
    redisUrl: reader.optional('REDIS_URL'),
    budget: budgetSettingsOf(reader),
    past: pastOf(reader),
  };
  reader.check();
  return config;
}

function pastOf(reader: EnvReader): MarketDataConfig['past'] {
  const name = reader.oneOf('CANDLES', [...PRICE_PATHS, 'none'], 'none');
  if (name === 'none') return undefined;
  return { name, path: name === 'scripted' ? '' : reader.text('DATA', 'the folder of the CANDLES') };
}

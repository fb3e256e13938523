import { type Address, ARCHIVE_FOLDER, type Origin, type ProcessSpec, SECRETS_FOLDER, VENUE_PORT } from '../process.js';

const VENUE = `paper-venue:${VENUE_PORT}`;
const ADDRESSES: Readonly<Record<Address, string>> = {
  nats: 'nats://nats:4222',
  'nats-monitor': 'http://nats:8222',
  redis: 'redis://redis:6379',
  'venue-gateway': `http://${VENUE}/v1`,
  'venue-archive': `http://${VENUE}/archive/v1`,
  'venue-stream': `ws://${VENUE}/v1/subscribe`,
  'venue-simulation': `http://${VENUE}`,
};
/** Where compose mounts the files that a person names. */
const BROUGHT_FOLDER = '/run/secrets';

/** What this deployment chooses: a paper venue, and the chain and contract that it signs against (PAPER_DOMAIN of the paper venue). */
const CHOSEN: Readonly<Record<string, string>> = {
  VENUE: 'paper',
  NADO_CHAIN_ID: '763373',
  NADO_ENDPOINT_ADDRESS: '0x698D87105274292B5673367DEC81874Ce3633Ac2',
  INSTRUMENTS: 'ETH-PERP,SOL-PERP',
  ARCHIVE_DIR: ARCHIVE_FOLDER,
  BALLAST_ARCHIVE: ARCHIVE_FOLDER,
};
/** What a person may set for `docker compose up`, in the environment or in `.env`. */
const ASKED: readonly string[] = ['LOG_LEVEL', 'SPEED', 'SEED', 'DURATION'];

/** The environment of a process in compose. @throws Error for a variable that has to be chosen and is not */
export const environmentOf = (process: ProcessSpec): Readonly<Record<string, string>> => Object.fromEntries(process.env.map(({ name, from }) => [name, valueOf(name, from, process)]));

function valueOf(name: string, from: Origin, process: ProcessSpec): string {
  switch (from.kind) {
    case 'fixed':
      return from.value;
    case 'address':
      return ADDRESSES[from.of];
    case 'secret':
      return `${SECRETS_FOLDER}/${from.name}`;
    case 'optional-secret':
      return `${BROUGHT_FOLDER}/${from.name}`;
    case 'volume':
      return folderOf(from.volume, process);
    case 'setting':
      return settingOf(name, from.standard, from.optional === true, process);
  }
}

function folderOf(volume: string, { name, volumes }: ProcessSpec): string {
  const found = volumes.find((one) => one.name === volume);
  if (!found) throw new Error(`${name}: found the volume "${volume}", allowed are ${volumes.map((one) => one.name).join(', ')}`);
  return found.path;
}

function settingOf(name: string, standard: string | undefined, optional: boolean, process: ProcessSpec): string {
  const chosen = CHOSEN[name] ?? standard;
  if (chosen !== undefined) return ASKED.includes(name) ? `\${${name}:-${chosen}}` : chosen;
  if (!optional) throw new Error(`${process.name}: ${name}: found nothing, allowed is a value in CHOSEN of compose`);
  return `\${${name}:-}`;
}

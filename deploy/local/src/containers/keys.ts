import { WORKING_COPY } from '../working-copy.js';
import { handOut } from './hand-out.js';

const receivers = handOut({
  root: WORKING_COPY,
  keysDir: '/var/lib/ballast/keys',
  handedDir: '/var/lib/ballast/handed',
  natsConfigFile: '/var/lib/ballast/nats/nats.conf',
  natsStoreDir: '/data/jetstream',
  restorer: process.env['BALLAST_RESTORER'] === '1',
});
process.stdout.write(`keys are handed to ${receivers.join(', ')}\n`);

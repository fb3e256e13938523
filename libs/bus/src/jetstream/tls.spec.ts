import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { natsTlsOf } from './tls.js';

const FILE = fileURLToPath(import.meta.url);

it('connects plainly where no certificate is named, and with all three where they are', async () => {
  expect(await natsTlsOf({})).toBeUndefined();
  expect(await natsTlsOf({ NATS_CA_FILE: FILE, NATS_CERT_FILE: FILE, NATS_KEY_FILE: FILE })).toEqual({ caFile: FILE, certFile: FILE, keyFile: FILE });
});

it('says which variable lacks, and which file cannot be read', async () => {
  await expect(natsTlsOf({ NATS_CERT_FILE: FILE, NATS_CA_FILE: FILE })).rejects.toThrow('NATS_KEY_FILE: found nothing, allowed is a file, since NATS_CA_FILE is given');
  await expect(natsTlsOf({ NATS_CA_FILE: FILE, NATS_CERT_FILE: '/nowhere', NATS_KEY_FILE: FILE })).rejects.toThrow('NATS_CERT_FILE: found "/nowhere", allowed is a file that can be read');
});

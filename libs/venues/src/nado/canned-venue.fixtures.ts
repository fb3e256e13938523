import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock, type Disarm, type Ms } from '@ballast/domain';
import { NadoAdapter } from './nado-adapter.js';

/** A decimal of this many units as the venue writes it, with 18 places. */
export const x18 = (units: string): string => `${units}${'0'.repeat(18)}`;

export const KEY = `0x${'1'.repeat(64)}` as const;
export const DOMAIN = { chainId: 1, endpointAddress: `0x${'1'.repeat(40)}` } as const;

/** Stands where it was set. */
export class SetClock extends Clock {
  constructor(public time: Ms) {
    super();
  }

  now(): Ms {
    return this.time;
  }

  at(): Disarm {
    return () => undefined;
  }
}

/** A venue over HTTP that gives these answers; `close` ends it. */
export interface CannedVenue {
  readonly url: string;
  close(): void;
}

/** `Question`: the body of a call. */
export async function cannedVenue<Question>(answerTo: (body: Question) => object): Promise<CannedVenue> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => response.end(JSON.stringify(answerTo(JSON.parse(text) as Question))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

export const adapterAt = ({ url }: CannedVenue, clock: Clock, live = true): NadoAdapter =>
  new NadoAdapter({ gatewayUrl: url, archiveUrl: url, streamUrl: url, ...DOMAIN, privateKey: KEY, clock, live, prices: 'poll' });

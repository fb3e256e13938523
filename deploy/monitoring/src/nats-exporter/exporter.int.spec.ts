import { connectJetStream, type JetStreamBus, type RunningProvisioner, startProvisioner } from '@ballast/bus';
import { type NatsServer, startNatsServer } from '@ballast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FOREIGN_METRICS } from '../known-metrics.js';
import { type NatsExporter, startNatsExporter } from './exporter.js';

describe('the stand-in for the exporter of NATS', () => {
  let nats: NatsServer;
  let provisioner: RunningProvisioner;
  let bus: JetStreamBus;
  let exporter: NatsExporter;
  const scrape = (): Promise<Response> => fetch(`http://127.0.0.1:${exporter.port}/metrics`);

  beforeAll(async () => {
    nats = await startNatsServer();
    provisioner = await startProvisioner({ url: nats.url, onFault: (error) => expect.unreachable(error.message) });
    bus = await connectJetStream({ url: nats.url, service: 'risk', onFault: (error) => expect.unreachable(error.message) });
    exporter = await startNatsExporter({ monitorUrl: `http://127.0.0.1:${nats.monitorPort}`, host: '127.0.0.1', port: 0 });
  }, 60_000);
  afterAll(async () => {
    await exporter.close();
    await bus.close();
    await provisioner.close();
    await nats.stop();
  });

  it('tells every metric of NATS that panels and rules read, with the labels of the real one', async () => {
    const text = await (await scrape()).text();
    const told = new Set([...text.matchAll(/^(nats_\w+)\{/gm)].map(([, name]) => name));
    expect(FOREIGN_METRICS.filter((name) => name.startsWith('nats_') && !name.startsWith('nats_consumer_') && !told.has(name))).toEqual([]);
    expect(text).toMatch(/^nats_stream_last_seq\{server_id="\w+",server_name="[^"]*",cluster="",domain="",meta_leader="",is_meta_leader="true",account="[^"]+",account_id="[^"]+",stream_name="\w+",stream_leader="[^"]*",is_stream_leader="true"\} \d+$/m);
  });

  it('answers 502 while the server is away, so that Prometheus says that it is not up', async () => {
    const lost = await startNatsExporter({ monitorUrl: 'http://127.0.0.1:9', host: '127.0.0.1', port: 0 });
    try {
      const answer = await fetch(`http://127.0.0.1:${lost.port}/metrics`);
      expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('http://127.0.0.1:9') as unknown]);
    } finally {
      await lost.close();
    }
  });
});

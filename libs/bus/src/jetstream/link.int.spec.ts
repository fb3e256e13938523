import { connect as dial, createServer, type Server, type Socket } from 'node:net';
import { freePort, type NatsServer, startNatsServer } from '@ballast/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Link } from './link.js';

/** Stands before a server, and can keep back what it says to those who come. */
class Gate {
  private readonly sockets = new Set<Socket>();
  private kept: (() => void)[] = [];
  keepsBack = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(port: number): Promise<Gate> {
    const at = await freePort();
    const server = createServer((client) => gate.pass(client, dial(port, '127.0.0.1')));
    const gate = new Gate(server, `nats://127.0.0.1:${at}`);
    await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
    return gate;
  }

  get waiting(): number {
    return this.kept.length;
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Whoever was kept waiting is answered, and cut off as a server does that hears nothing back. */
  answerAndCut(): void {
    for (const answer of this.kept) answer();
    this.kept = [];
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.sockets.add(socket.on('error', () => undefined));
      socket.on('close', () => [client, server].forEach((each) => each.destroy()));
    }
    client.pipe(server);
    if (!this.keepsBack) server.pipe(client);
    else
      this.kept.push(() => {
        server.pipe(client);
        setTimeout(() => server.destroy(), 200);
      });
  }
}

let server: NatsServer;
let gate: Gate;
let link: Link;
beforeAll(async () => {
  server = await startNatsServer();
  gate = await Gate.before(server.port);
  link = await Link.open({ url: gate.url, user: 'risk', purpose: 'test' });
});
afterAll(async () => {
  await link.close();
  await gate.close();
  await server.stop();
});

it('is one connection, also where a server answers an attempt to connect that was given up', async () => {
  gate.keepsBack = true;
  gate.cut();
  await expect.poll(() => gate.waiting).toBeGreaterThanOrEqual(2);
  gate.keepsBack = false;
  await link.ready(30_000);
  let downs = 0;
  link.onDown(() => (downs += 1));
  gate.answerAndCut();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const { connections } = (await (await fetch(`http://127.0.0.1:${server.monitorPort}/connz`)).json()) as { readonly connections: readonly { readonly name?: string }[] };
  expect(connections.filter(({ name }) => name === 'risk/test')).toHaveLength(1);
  expect(downs).toBe(0);
}, 60_000);

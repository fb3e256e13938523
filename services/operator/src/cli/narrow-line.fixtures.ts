import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '@ballast/testing';

/** A way to a server of this machine that takes so many bytes there, of all who come by it together, and no more; back it takes any. */
export class NarrowLine {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(port: number, bytes: number): Promise<NarrowLine> {
    const at = await freePort();
    let left = bytes;
    const server = createServer((client) => {
      const there = connect(port, '127.0.0.1');
      for (const socket of [client, there]) {
        line.sockets.add(socket.on('error', () => undefined));
        socket.on('close', () => [client, there].forEach((each) => each.destroy()));
      }
      there.pipe(client);
      client.on('data', (data) => {
        const part = data.subarray(0, left);
        left -= part.length;
        if (part.length > 0) there.write(part);
      });
    });
    const line = new NarrowLine(server, `nats://127.0.0.1:${at}`);
    await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
    return line;
  }

  async cut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
